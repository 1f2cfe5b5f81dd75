using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Floe.Domain.Text;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>Ids against Hugging Face's own library, on drawn texts of many kinds, among them words of 35 ranges of scripts, for every
/// tokenizer.json of the repository and the assets.</summary>
[Trait("Category", "Fixtures")]
public sealed class OracleTests
{
    private const string Group = "tokenizers (oracle)";
    private const int Draws = 300;
    private const int Seed = 20261128;

    private static readonly string[] Pieces =
    [
        "the", " the", "Hello", " world", "don't", "I'll", "a", "b", "ab", "aab", "x", "=", "==", "()", "{}", "def f(x):\n", "\n", "\n\n",
            "\r\n", "\t", " ", "  ", "   ",
        "\u00A0", "\u3000", "\u2028", "\u200B", "\u200D", "\uFEFF", "\0", "\u0001", "\u0004", "\u001F", "\u007F", "\u0085", "0", "7", "42",
            "1234567", "٣", "²", "Ⅻ",
        "é", "e\u0301", "ﬁ", "ß", "ſ", "İ", "中文", "日本語", "한국어", "हिन्दी", "ไทย", "العربية", "עברית", "Ελλάδα", "Привет", "ქართ", "አማ",
            "বাংলা", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ਪੰਜਾਬੀ", "ગુજરાતી", "မြန်မာ",
        "ខ្មែរ", "ລາວ", "བོད་", "Հայերեն", "ᠮᠣᠩᠭᠣᠯ", "\u0958", "\u212B", "\uAC00\u11A8", "\u1100\u1161", "a\u0323\u0307", "a\u0307\u0323",
            "\u0344",
        "\U0001D573", "\U0001D7D9", "\U00020000", "\U00050000", "😀", "👩‍👩‍👧", "🇩🇪",
        ".", ",", "!?", "…", "—", "_", "-", "▁", "▁the", "<",
            ">", "</", "|>", "<0x0A>",
    ];

    private static readonly (int First, int Last)[] Scripts =
    [
        (0x20, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x589), (0x5D0, 0x5F4), (0x621, 0x6D3), (0x710, 0x74A), (0x905, 0x96F),
        (0x985, 0x9F1), (0xA05, 0xA74), (0xA85, 0xAEF), (0xB05, 0xB6F), (0xB85, 0xBF2), (0xC05, 0xC6F), (0xC85, 0xCEF), (0xD05, 0xD6F),
        (0xE01, 0xE5B), (0xE81, 0xED9), (0xF00, 0xFBC), (0x1000, 0x104F), (0x10A0, 0x10FA), (0x1100, 0x11FF), (0x1200, 0x1399),
        (0x13A0, 0x13F4), (0x1780, 0x17E9), (0x1820, 0x1877), (0x3041, 0x30FE), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0x1F300, 0x1F5FF),
        (0x2000, 0x206F), (0x00, 0x20), (0x1D400, 0x1D7FF), (0xFF01, 0xFFDC), (0x300, 0x36F),
    ];

    public static TheoryData<string> Files
    {
        get
        {
            TheoryData<string> files = [];
            foreach (
                string root in new[] { Path.Combine(FixtureFolders.RepositoryRoot, "data"), FixtureFolders.Assets }.Where(Directory.Exists))
            {
                foreach (
                    string file in Directory.GetFiles(root, "tokenizer.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                {
                    files.Add(Path.GetRelativePath(FixtureFolders.RepositoryRoot, file));
                }
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void TextsHaveTheIdsOfTheLibrary(string file) => Run(file, (tokenizer, library, random) =>
    {
        string text = Text(random, tokenizer, 12);
        Equal(file, text, library(text), tokenizer.EncodeWithSpecial(text));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void PromptsHaveTheIdsOfTheLibraryAndCompletionsThoseOfTheJoinedText(string file)
    {
        int moved = 0;
        Run(file, (tokenizer, library, random) =>
        {
            string prompt = Text(random, tokenizer, 5);
            string completion = Text(random, tokenizer, 5);
            int[] before = Bare(tokenizer, library(prompt));
            int[] joined = Bare(tokenizer, library(prompt + completion));
            PromptedIds ids = tokenizer.EncodePrompted(prompt, completion);
            Equal(file, prompt, before, ids.Prompt);
            bool same = (ids.Prompt + ids.Completion).SequenceEqual(joined);
            Assert.True(same != ids.Moved, $"{file}: {prompt}|{completion}");
            Assert.True(same || !joined.AsSpan().StartsWith(before) || joined.Length == before.Length, $"{file}: {prompt}|{completion}");
            moved += ids.Moved ? 1 : 0;
        });
        Assert.True(moved < Draws, $"{moved} of {Draws} seams moved");
    }

    private static void Run(string file, Action<Tokenizer, Func<string, int[]>, Random> compare)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            FixtureCase.NotRun(Group, file, "the library's native part is for linux-x64");
            return;
        }

        FixtureCase.Run(Group, file, () => TokenizerFile.Open(Path.Combine(FixtureFolders.RepositoryRoot, file)).Map(loaded =>
        {
            using global::Tokenizers.DotNet.Tokenizer library = new(loaded.Path);
            Random random = new(Seed);
            for (int draw = 0; draw < Draws; draw++)
            {
                compare(loaded.Tokenizer, text => [.. library.Encode(text).Select(id => (int)id)], random);
            }

            return Unit.Default;
        }));
    }

    private static string Text(Random random, Tokenizer tokenizer, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => random.Next(12) switch
        {
            0 when tokenizer.Tables.Added.Count > 0 => tokenizer.Tables.Added[random.Next(tokenizer.Tables.Added.Count)].Content,
            1 or 2 or 3 => Word(random),
            _ => Pieces[random.Next(Pieces.Length)],
        }));

    // Letters, marks, digits and signs of one script as they come.
    private static string Word(Random random)
    {
        (int first, int last) = Scripts[random.Next(Scripts.Length)];
        return string.Concat(Enumerable.Range(0, 1 + random.Next(8))
            .Select(_ => new Rune(random.Next(first, last + 1)))
            .Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNotAssigned));
    }

    private static int[] Bare(Tokenizer tokenizer, int[] ids) => ids[tokenizer.Tables.Prefix.Count..^tokenizer.Tables.Suffix.Count];

    private static void Equal(string file, string text, IEnumerable<int> expected, IEnumerable<int> found) =>
        Assert.Equal((file, text, string.Join(',', expected)), (file, text, string.Join(',', found)));
}
