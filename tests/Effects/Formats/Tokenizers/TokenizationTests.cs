using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Floe.Domain;
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

    // A file of the group without a tokenizer compares references with one another; a tokenizer that is not among the assets cannot be
    // opened.
    public static TheoryData<string> Cases
    {
        get
        {
            TheoryData<string> cases = [];
            foreach (string name in FixtureFolders.Files(Group, ".json"))
            {
                if (name != FixtureFolders.Absent && TokenizerPath(Read(name)).IsSome)
                {
                    cases.Add(name);
                }
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
    public void IdsAndTextsAreThoseOfTheReference(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement fixture = Read(name);
        return from path in TokenizerPath(fixture)
            .ToEither<FloeError>(() => new FloeError.BadData(name, "a tokenizer among the assets", "none", "Set FLOE_ASSETS."))
               from loaded in TokenizerFile.Open(path)
               select Compare(loaded.Tokenizer, fixture);
    });

    private static JsonElement Read(string name) => JsonElement.Parse(File.ReadAllBytes(FixtureFolders.At(Group, name + ".json")));

    // By its path among the assets, else by name and hash.
    private static Option<string> TokenizerPath(JsonElement fixture)
    {
        if (!fixture.TryGetProperty("tokenizer", out JsonElement named))
        {
            return None;
        }

        string asset = named.GetString()!;
        string file = Path.Combine(FixtureFolders.Assets, asset);
        string hash = fixture.GetProperty("files_sha256").GetProperty(asset).GetString()!;
        Option<string> found = File.Exists(file) ? Some(file)
            : !Directory.Exists(FixtureFolders.Assets) ? None
            : Directory.GetFiles(FixtureFolders.Assets, Path.GetFileName(asset), SearchOption.AllDirectories)
                .Find(candidate => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(candidate))) == hash);
        return found.Map(path => Path.GetFileName(path) == "vocab.json" ? Path.GetDirectoryName(path)! : path);
    }

    private static Unit Compare(Tokenizer tokenizer, JsonElement fixture)
    {
        int compared = 0;

        // Cases that are not UTF-8 are no texts.
        foreach (JsonElement item in fixture.GetProperty("cases").EnumerateArray().Where(item => item.TryGetProperty("text", out _)))
        {
            string id = item.GetProperty("id").GetString()!;
            string text = item.GetProperty("text").GetString()!;
            CompareIds(item, "ids", tokenizer.Encode(text), id);
            Arr<int> whole = tokenizer.EncodeWithSpecial(text);
            CompareIds(item, "ids_with_special", whole, id);
            CompareDecoded(item, tokenizer, whole, id);
            compared++;
        }

        foreach (JsonElement item in fixture.GetProperty("decode_cases").EnumerateArray())
        {
            int[] ids = [.. item.GetProperty("ids").EnumerateArray().Select(number => number.GetInt32())];
            string id = item.GetProperty("id").GetString()!;
            CompareDecoded(item, tokenizer, new Arr<int>(ids), id);
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

    // llama2.c prints bytes; where these are no text there is none to compare, and where the start of text is printed it is left out here.
    private static void CompareDecoded(JsonElement item, Tokenizer tokenizer, Arr<int> ids, string id)
    {
        if (item.TryGetProperty("decoded_bytes_hex", out JsonElement all))
        {
            byte[] bytes = Convert.FromHexString(
                (item.TryGetProperty("decoded_skip_special_bytes_hex", out JsonElement bare) ? bare : all).GetString()!);
            if (System.Text.Unicode.Utf8.IsValid(bytes) && bare.ValueKind == JsonValueKind.String)
            {
                Assert.Equal((id, Encoding.UTF8.GetString(bytes)), (id, tokenizer.Decode(ids)));
            }

            return;
        }

        if (item.TryGetProperty("decoded_skip_special", out _) || item.TryGetProperty("decoded_skip_special_chars", out _))
        {
            CompareText(item, "decoded", tokenizer.Decode(ids), id);
            CompareText(item, "decoded_skip_special", tokenizer.Decode(ids, skipSpecial: true), id);
        }
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
