using System.Text.Json;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>The tokenizer inside a GGUF file against the tokenizer.json that lies beside it.</summary>
[Trait("Category", "Fixtures")]
public sealed class GgufTokenizerTests
{
    public static TheoryData<string> Models
    {
        get
        {
            string folder = Path.Combine(FixtureFolders.Assets, "models");
            TheoryData<string> models = [];
            bool both = Directory.Exists(folder) && Directory.Exists(FixtureFolders.At("tokenization"));
            foreach (
                string file in both
                    ? Directory.GetFiles(folder, "*.gguf", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    : Enumerable.Empty<string>())
            {
                if (File.Exists(Path.Combine(Path.GetDirectoryName(file)!, "tokenizer.json")))
                {
                    models.Add(Path.GetRelativePath(folder, file));
                }
            }

            if (models.Count == 0)
            {
                models.Add(FixtureFolders.Absent);
            }

            return models;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void IdsAndRolesAreThoseOfTheFileBesideIt(string name) => FixtureCase.Run("gguf-tokenizers", name, () =>
    {
        string file = Path.Combine(FixtureFolders.Assets, "models", name);
        return from inside in TokenizerFile.Open(file)
               from beside in TokenizerFile.Open(Path.GetDirectoryName(file)!)
               select Same(inside, beside);
    });

    private static LanguageExt.Unit Same(LoadedTokenizer inside, LoadedTokenizer beside)
    {
        Assert.EndsWith("tokenizer.json", beside.Path, StringComparison.Ordinal);
        Assert.Equal(beside.Tokenizer.Special, inside.Tokenizer.Special);
        Assert.Equal(beside.Sha256, inside.Sha256);
        int texts = 0;
        foreach (string fixture in Directory.GetFiles(FixtureFolders.At("tokenization"), "*.json"))
        {
            JsonElement root = JsonElement.Parse(File.ReadAllBytes(fixture));
            foreach (JsonElement item in root.TryGetProperty("cases", out JsonElement cases) ? cases.EnumerateArray() : default)
            {
                string text = item.TryGetProperty("text", out JsonElement found) ? found.GetString()! : "";
                Assert.Equal(beside.Tokenizer.Encode(text), inside.Tokenizer.Encode(text));
                texts++;
            }
        }

        Assert.True(texts > 0);
        return unit;
    }
}
