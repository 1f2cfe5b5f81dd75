using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats.Safetensors;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

public class GgufTypeTests
{
    private const string Group = "gguf/types";

    public static TheoryData<string> Cases => FixtureFolders.Files(Group, ".gguf");

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Fixtures")]
    public void DecodesEveryTensorAsGgmlDoes(string name) => FixtureCase.Run(Group, name, () =>
        from file in GgufFile.Open(FixtureFolders.At(Group, name + ".gguf"))
        from expected in SafetensorsFile.Open(FixtureFolders.At(Group, name + ".expected.safetensors"))
        from all in Compare(file, expected, ExpectedJson.Read(FixtureFolders.At(Group, name + ".json")))
        select all);

    private static Either<FloeError, Unit> Compare(GgufFile file, SafetensorsFile expected, JsonElement json)
    {
        using (file)
        using (expected)
        {
            Assert.Equal(json.GetProperty("version").GetInt32(), file.Version);
            Assert.Equal(json.GetProperty("data_offset").GetInt64(), file.DataStart);
            Assert.Equal(json.GetProperty("tensors").GetArrayLength(), file.Tensors.Count);
            foreach (JsonElement tensor in json.GetProperty("tensors").EnumerateArray())
            {
                string name = tensor.GetProperty("name").GetString()!;
                Assert.Equal(tensor.GetProperty("type").GetString(), file.Tensors[name].StoredType);
                Assert.Equal(ExpectedJson.Shape(tensor.GetProperty("shape")), file.Tensors[name].Shape.ToArray());
                float[] found = new float[file.Tensors[name].Elements];
                Either<FloeError, Unit> read = file.ReadFloat32(name, found);
                if (read.IsLeft)
                {
                    return read;
                }

                AssertClose(name, expected.Floats(name).IfLeft(e => throw new Xunit.Sdk.XunitException(e.Message)), found);
            }

            return unit;
        }
    }

    /// <summary>Same bits: the order of operations is defined, so nothing needs to be forgiven.</summary>
    private static void AssertClose(string name, float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.True(
                float.IsNaN(expected[i]) ? float.IsNaN(found[i]) : expected[i] == found[i],
                $"{name}[{i}]: expected {expected[i]:R}, found {found[i]:R}");
        }
    }
}
