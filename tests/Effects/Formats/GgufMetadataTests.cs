using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats.Gguf;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

public class GgufMetadataTests
{
    private const string Group = "gguf/meta";

    public static TheoryData<string> Cases => FixtureFolders.Files(Group, ".gguf");

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Fixtures")]
    public void ReadsEveryKindOfValue(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement expected = ExpectedJson.Read(FixtureFolders.At(Group, name + ".json"));
        string expect = expected.GetProperty("expect").GetString()!;
        Either<FloeError, GgufFile> opened = GgufFile.Open(FixtureFolders.At(Group, name + ".gguf"));
        if (expect != "read" && opened.IsLeft)
        {
            opened.IfLeft(
                error =>
                    Assert.True(
                        expected.GetProperty("byte_order").GetString() != "big"
                            || error.Message.Contains("big-endian", StringComparison.Ordinal)));
            return unit;
        }

        Assert.NotEqual("error", expect);
        return opened.Map(file =>
        {
            using (file)
            {
                JsonElement[] metadata = [.. expected.GetProperty("metadata").EnumerateArray()];
                Assert.Equal(expected.GetProperty("data_offset").GetInt64(), file.DataStart);
                Assert.Equal(metadata.Select(m => m.GetProperty("key").GetString()), file.Metadata.Select(m => m.Key));
                foreach ((JsonElement want, KeyValuePair<string, GgufValue> have) in metadata.Zip(file.Metadata))
                {
                    Assert.Equal(want.GetProperty("type").GetString(), have.Value.Type.ToString(), ignoreCase: true);
                    AssertValue(want.GetProperty("value"), have.Value);
                }

                return unit;
            }
        });
    });

    private static void AssertValue(JsonElement expected, GgufValue found)
    {
        switch (found)
        {
            case GgufValue.Text text:
                Assert.Equal(expected.GetString(), text.Value);
                break;
            case GgufValue.Scalar scalar:
                AssertNumber(expected, scalar.Stored, 0);
                break;
            case GgufValue.Texts texts:
                AssertArray(expected, "String", texts.Values.Count, (want, i) => Assert.Equal(want.GetString(), texts.Values[i]));
                break;
            case GgufValue.Numbers numbers:
                AssertArray(
                    expected, numbers.Stored.Type.ToString(), numbers.Stored.Count, (want, i) => AssertNumber(want, numbers.Stored, i));
                break;
            case GgufValue.Nested nested:
                AssertArray(expected, "Array", nested.Values.Count, (want, i) => AssertValue(want, nested.Values[i]));
                break;
            default:
                Assert.Fail("unknown kind of value");
                break;
        }
    }

    private static void AssertArray(JsonElement expected, string elementType, int count, Action<JsonElement, int> compare)
    {
        Assert.Equal(expected.GetProperty("element_type").GetString(), elementType, ignoreCase: true);
        Assert.Equal(expected.GetProperty("count").GetInt32(), count);
        int next = 0;
        foreach (JsonElement want in expected.GetProperty("values").EnumerateArray())
        {
            compare(want, next++);
        }
    }

    private static void AssertNumber(JsonElement expected, GgufNumbers found, int index)
    {
        if (found.IsReal)
        {
            ExpectedJson.AssertSame(ExpectedJson.Number(expected), found.RealAt(index));
        }
        else
        {
            string text = expected.ValueKind is JsonValueKind.Number ? expected.GetRawText() : expected.GetBoolean() ? "1" : "0";
            Assert.Equal(Int128.Parse(text, CultureInfo.InvariantCulture), found.WholeAt(index));
        }
    }
}
