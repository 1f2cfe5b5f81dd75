using System.Text;
using Floe.Domain;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using Floe.Tests.Effects.Files;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>What is wrong with JSON is said in words of ours, with line and column from 1, and where it is a layout the layout is
/// named.</summary>
public sealed class JsonFaultTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("{\"a\": NaN}", 1, 7, "NaN")]
    [InlineData("{\"a\":\n  Infinity}", 2, 3, "Infinity")]
    [InlineData("[1, -Infinity]", 1, 5, "-Infinity")]
    [InlineData("{\"é\": nan}", 1, 7, "nan")]
    [InlineData("{\"a\": 1} // done", 1, 10, "a comment (//)")]
    [InlineData("/* head */ {}", 1, 1, "a comment (/*)")]
    [InlineData("# head\n{}", 1, 1, "a comment (#)")]
    [InlineData("{'a': 1}", 1, 2, "a text in single quotes")]
    [InlineData("{\"a\": True}", 1, 7, "True, as Python writes it")]
    [InlineData("{\"a\": None}", 1, 7, "None, as Python writes it")]
    [InlineData("{\"a\": 1,}", 1, 9, "`}`")]
    [InlineData("[1, 2,\n]", 2, 1, "`]`")]
    [InlineData("{\"a\": 1}{\"a\": 2}", 1, 9, "a second value")]
    [InlineData("{\"a\": 1},", 1, 9, "a comma")]
    [InlineData("{\"a\": 1}}", 1, 9, "one closing bracket too many")]
    [InlineData("{\"a\": 1", 1, 8, "the end of the text")]
    [InlineData("{\"a\": \"b", 1, 9, "the end of the text")]
    [InlineData("{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", 3, 2, "the key `a` a second time")]
    [InlineData("{\"a\": \"x\ny\"}", 1, 9, "a line end inside a text")]
    [InlineData("{\"a\": tru}", 1, 7, "`tru}`")]
    [InlineData("prompt", 1, 1, "`prompt`")]
    public void EachFaultHasItsPlaceAndItsName(string text, int line, int column, string found)
    {
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(JsonText.Parse("f.json", Encoding.UTF8.GetBytes(text))));
        Assert.Equal($"f.json, line {line}, column {column}", error.Where);
        Assert.Equal(found, error.Found);
        Assert.EndsWith(".", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeepValueIsRefusedAsSuch() =>
        Assert.Contains(
            "at most 64 levels", Errors.Of(
                JsonText.Parse("f", Encoding.UTF8.GetBytes(new string('[', 80) + new string(']', 80)))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\n  \"text\": \"a\"\n}\n", "line 1: expected samples", "one JSON object over 3 lines")]
    [InlineData("{\"text\": \"a\"}\n\n{\n\"text\": \"b\"}\n", "line 3: expected samples", "one JSON object over 2 lines")]
    [InlineData("{\"text\": \"a\"}\r{\"text\": \"b\"}\r", "line 1: expected samples", "carriage return")]
    [InlineData("[{\"text\": \"a\"}]\n[{\"text\": \"b\"}]\n", "line 2: expected samples", "a second list")]
    [InlineData("{\"text\": \"a\"}\n{\"text\": \"b\"} {\"text\": \"c\"}\n", "line 2, column 15", "a second value")]
    [InlineData("{\"text\": \"a\"},\n{\"text\": \"b\"}\n", "line 1, column 14", "a comma")]
    public void ALayoutOfSamplesThatIsNoneOfTheTwoIsNamed(string text, string place, string found)
    {
        foreach (string name in (string[])["d.json", "d.jsonl", "d.NDJSON"])
        {
            File.WriteAllText(scratch.At(name), text);
            string message = Errors.Of(DataFile.Read(scratch.At(name))).Message;
            Assert.Contains($"{name}, {place}", message, StringComparison.Ordinal);
            Assert.Contains(found, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("d.jsonl", "[{\"text\": \"a\"},\n {\"text\": \"b\"}]")]
    [InlineData("d.json", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n")]
    [InlineData("d.JSONL", "\uFEFF{\"text\": \"a\"}\r\n{\"text\": \"b\"}")]
    [InlineData("d", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n")]
    public void ListsAndLinesAreReadWhateverTheEnding(string name, string text)
    {
        File.WriteAllText(scratch.At(name), text);
        Assert.Equal(2, Errors.Value(DataFile.Read(scratch.At(name))).Samples.Count);
    }

    /// <summary>Any single byte changed in sound JSON gives a value or a fault inside the text that says nothing of the library
    /// beneath.</summary>
    [Fact]
    public void AnyDamageIsAFaultWithAPlaceInTheText() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        Gen.Zip(Gen.Choose(0, 70), Gen.Elements("{}[]\",:\\ \n\u0001azN1-.#/'"u8.ToArray())).ToArbitrary(),
        change =>
        {
            byte[] json = "{\"a\": [1, -2.5e3, true, null], \"b\": {\"c\": \"x\\ny\", \"d\": \"é\"},\n \"e\": []}"u8.ToArray();
            json[Math.Min(change.Item1, json.Length - 1)] = change.Item2;
            FloeError? error = JsonText.Parse("f", json).MatchUnsafe<FloeError?>(Right: _ => null, Left: e => e);
            if (error is not null)
            {
                Assert.DoesNotContain("BytePosition", Assert.IsType<FloeError.BadData>(error).Message, StringComparison.Ordinal);
            }

            JsonFault.Of(json)
                .IfSome(fault => Assert.True(fault.Line is 1 or 2 or 3 && fault.Column >= 1 && fault.Column <= json.Length + 1));
        }));
}
