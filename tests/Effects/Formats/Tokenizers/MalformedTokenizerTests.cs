using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>Damaged tokenizers: what each line of the list expects, and never an exception, an endless loop or a wrong id.</summary>
[Trait("Category", "Fixtures")]
public sealed class MalformedTokenizerTests
{
    private const string Group = "malformed/json";
    private const string Text = "abcd ab xa 1";
    private static readonly int[] Sound = [9, 10, 7, 10, 12, 3, 10, 15];

    public static TheoryData<string> Cases
    {
        get
        {
            string list = FixtureFolders.At("malformed", "json.jsonl");
            TheoryData<string> cases = [];
            foreach (string line in File.Exists(list) ? File.ReadLines(list).Where(line => Field(line, "kind") == "tokenizer") : [])
            {
                cases.Add(line);
            }

            if (cases.Count == 0)
            {
                cases.Add(FixtureFolders.Absent);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DamageIsAnErrorAndNoCrash(string line) =>
        FixtureCase.Run(Group, line == FixtureFolders.Absent ? line : Field(line, "file"), () =>
        {
            Either<FloeError, LoadedTokenizer> opened = TokenizerFile.Open(FixtureFolders.At("malformed", "json", Field(line, "file")));
            string expect = Field(line, "expect");
            Assert.True(expect != "error" || opened.IsLeft, "was read although damaged");
            Assert.True(expect != "read" || opened.IsRight, opened.Match(Right: _ => "", Left: error => error.Message));
            _ = opened.IfRight(loaded =>
            {
                Assert.True(expect != "read" || loaded.Tokenizer.Encode(Text) == new Arr<int>(Sound));
                string pressed = new string('a', 40) + "b";
                Assert.True(loaded.Tokenizer.Encode(pressed).Count <= pressed.Length);
            });
            _ = opened.IfLeft(error => Assert.True(error is FloeError.BadData or FloeError.Unsupported, error.Message));
            return Right<FloeError, Unit>(unit);
        });

    private static string Field(string line, string name)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty(name).GetString()!;
    }
}
