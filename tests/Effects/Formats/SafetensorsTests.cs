using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

public class SafetensorsTests
{
    private const string Group = "safetensors/good";

    public static TheoryData<string> Cases => FixtureFolders.Files(Group, ".safetensors");

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Fixtures")]
    public void ReadsWhatTheLibraryReads(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement expected = ExpectedJson.Read(FixtureFolders.At(Group, name + ".json"));
        return SafetensorsFile.Open(FixtureFolders.At(Group, name + ".safetensors")).Map(file =>
        {
            using (file)
            {
                Assert.Equal(expected.GetProperty("n_tensors").GetInt32(), file.Tensors.Count);
                AssertMetadata(expected.GetProperty("metadata"), file.Metadata);
                if (expected.TryGetProperty("tensors", out JsonElement tensors))
                {
                    foreach (JsonElement tensor in tensors.EnumerateArray())
                    {
                        AssertTensor(tensor, file);
                    }
                }
                else
                {
                    AssertRule(file);
                }

                return unit;
            }
        });
    });

    private static void AssertMetadata(JsonElement expected, IReadOnlyDictionary<string, string> found)
    {
        Dictionary<string, string> pairs = expected.ValueKind == JsonValueKind.Null
            ? []
            : expected.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        Assert.Equal(pairs.OrderBy(p => p.Key, StringComparer.Ordinal), found.OrderBy(p => p.Key, StringComparer.Ordinal));
    }

    private static void AssertTensor(JsonElement expected, SafetensorsFile file)
    {
        string name = expected.GetProperty("name").GetString()!;
        Assert.True(file.Tensors.ContainsKey(name), $"no tensor '{name}'");
        Assert.Equal(expected.GetProperty("dtype").GetString(), file.Tensors[name].StoredType);
        Assert.Equal(ExpectedJson.Shape(expected.GetProperty("shape")), file.Tensors[name].Shape.ToArray());
        JsonElement[] values = [.. expected.GetProperty("values").EnumerateArray()];
        double[] doubles = Right(file.Doubles(name));
        float[] floats = Right(file.Floats(name));
        Assert.Equal(values.Length, doubles.Length);
        for (int i = 0; i < values.Length; i++)
        {
            ExpectedJson.AssertSame(ExpectedJson.Number(values[i]), doubles[i]);
            ExpectedJson.AssertSame((float)ExpectedJson.Number(values[i]), floats[i]);
        }

        if (file.Tensors[name].StoredType is "I64" or "I32" or "I16" or "I8" or "U8" or "U16" or "U32")
        {
            Assert.Equal(values.Select(v => v.GetInt64()), Right(file.Integers(name)));
        }

        if (file.Tensors[name].StoredType == "U64")
        {
            Assert.Equal(values.SelectMany(v => BitConverter.GetBytes(v.GetUInt64())), Right(file.Bytes(name)));
        }
    }

    /// <summary>The file of 2,000 tensors gives a rule in place of values: tensor i is [i mod 3 + 1] long and its value j is i/2 +
    /// j.</summary>
    private static void AssertRule(SafetensorsFile file)
    {
        foreach ((string name, int i) in file.Tensors.Keys.Order(StringComparer.Ordinal).Select((name, i) => (name, i)))
        {
            Assert.Equal(Enumerable.Range(0, (i % 3) + 1).Select(j => (0.5f * i) + j), Right(file.Floats(name)));
        }
    }

    private static T Right<T>(Either<FloeError, T> either) => either.IfLeft(error => throw new Xunit.Sdk.XunitException(error.Message));
}
