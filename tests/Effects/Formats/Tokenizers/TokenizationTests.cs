using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Floe.Domain.Text;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>Ids and texts of every tokenizer of the fixtures, against the libraries that they were recorded from.</summary>
[Trait("Category", "Fixtures")]
public sealed class TokenizationTests
{
    private const string Group = "tokenization";

    // A file of the group without a tokenizer compares references with one another.
    public static TheoryData<string> Cases
    {
        get
        {
            TheoryData<string> cases = [];
            foreach (string name in FixtureFolders.Files(Group, ".json"))
            {
                if (name == FixtureFolders.Absent || File.ReadAllText(FixtureFolders.At(Group, name + ".json")).Contains("\"tokenizer\"", StringComparison.Ordinal))
                {
                    cases.Add(name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ids_and_texts_are_those_of_the_reference(string name) => FixtureCase.Run(Group, name, () =>
    {
        using JsonDocument fixture = JsonDocument.Parse(File.ReadAllBytes(FixtureFolders.At(Group, name + ".json")));
        string asset = fixture.RootElement.GetProperty("tokenizer").GetString()!;
        return TokenizerFile.Open(TokenizerPath(asset)).Map(loaded => Compare(loaded.Tokenizer, fixture.RootElement));
    });

    // The asset of SmolLM2 lies with its model.
    private static string TokenizerPath(string asset)
    {
        string file = asset.StartsWith("smollm2-tokenizer/", StringComparison.Ordinal)
            ? Path.Combine(FixtureFolders.Assets, "models", "smollm2", Path.GetFileName(asset))
            : Path.Combine(FixtureFolders.Assets, asset);
        return Path.GetFileName(file) == "vocab.json" ? Path.GetDirectoryName(file)! : file;
    }

    private static Unit Compare(Tokenizer tokenizer, JsonElement fixture)
    {
        int compared = 0;
        foreach (JsonElement item in fixture.GetProperty("cases").EnumerateArray())
        {
            string id = item.GetProperty("id").GetString()!;
            string text = item.GetProperty("text").GetString()!;
            CompareIds(item, "ids", tokenizer.Encode(text), id);
            Arr<int> whole = tokenizer.EncodeWithSpecial(text);
            CompareIds(item, "ids_with_special", whole, id);
            CompareText(item, "decoded", tokenizer.Decode(whole), id);
            CompareText(item, "decoded_skip_special", tokenizer.Decode(whole, skipSpecial: true), id);
            compared++;
        }

        foreach (JsonElement item in fixture.GetProperty("decode_cases").EnumerateArray())
        {
            int[] ids = [.. item.GetProperty("ids").EnumerateArray().Select(number => number.GetInt32())];
            string id = item.GetProperty("id").GetString()!;
            CompareText(item, "decoded", tokenizer.Decode(ids), id);
            CompareText(item, "decoded_skip_special", tokenizer.Decode(ids, skipSpecial: true), id);
            compared++;
        }

        Assert.True(compared > 0);
        return unit;
    }

    private static void CompareIds(JsonElement item, string field, Arr<int> found, string id)
    {
        if (item.TryGetProperty(field, out JsonElement ids))
        {
            Assert.Equal((id, field, List(ids.EnumerateArray().Select(number => number.GetInt32()))), (id, field, List(found)));
            return;
        }

        Assert.Equal((id, item.GetProperty(field + "_count").GetInt32()), (id, found.Count));
        Assert.Equal((id, item.GetProperty(field + "_sha256").GetString()), (id, Hash(List(found))));
    }

    private static void CompareText(JsonElement item, string field, string found, string id)
    {
        if (item.TryGetProperty(field, out JsonElement text))
        {
            Assert.Equal((id, field, text.GetString()), (id, field, found));
            return;
        }

        Assert.Equal((id, item.GetProperty(field + "_chars").GetInt32()), (id, found.EnumerateRunes().Count()));
        Assert.Equal((id, item.GetProperty(field + "_sha256_utf8").GetString()), (id, Hash(found)));
    }

    private static string List(IEnumerable<int> ids) => string.Join(',', ids);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
