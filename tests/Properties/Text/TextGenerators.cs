using Floe.Domain.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Text;

/// <summary>Texts and tokenizers.</summary>
internal static class TextGenerators
{
    private static readonly string[] Pieces =
    [
        "a", "b", "ab", "the", " the", "'s", "'ll", " ", "  ", "\n", "\r\n", "\t", "7", "42", "٣", "²", ".", ",", "!?", "é", "e\u0301", "ß",
            "ſ", "中", "文",
        "\U0001D573", "\U0001D7D9", "\U00020000", "😀", "\u200D", "\u00A0", "\u3000", "<|end|>", "<|", "|>", "\0", "\u0085", "\uFFFD", "_",
            "-", "<|>", "▁",
    ];

    /// <summary>Texts of up to 40 pieces that tokenizers treat differently; shrinks by leaving pieces out.</summary>
    public static Arbitrary<string> Texts { get; } = Arb.From(
        Gen.Choose(0, 40).SelectMany(count => Gen.Elements(Pieces).ListOf(count)).Select(string.Concat),
        text => Enumerable.Range(0, text.Length).Where(at => !char.IsLowSurrogate(text[at]))
            .Select(at => text.Remove(at, char.IsHighSurrogate(text[at]) ? 2 : 1)));

    /// <summary>A byte-level tokenizer that knows every byte, learnt from a text.</summary>
    public static Tokenizer ByteComplete { get; } = Make("the cat and the dog and the end of the day, ab ab aab 42 42 7 中文中文 😀😀");

    /// <summary>The same with pairs of bytes merged in the order of <paramref name="corpus"/>'s first pairs, and an added token.</summary>
    public static Tokenizer Make(string corpus)
    {
        Dictionary<string, int> vocabulary = Enumerable.Range(0, 256)
            .ToDictionary(value => ByteAlphabet.Symbol((byte)value).ToString(), value => value, StringComparer.Ordinal);
        List<(string, string)> merges = [];
        string spelled = ByteAlphabet.Spell(corpus);
        for (int at = 0; at + 3 < spelled.Length; at++)
        {
            AddMerge(vocabulary, merges, spelled.Substring(at, 1), spelled.Substring(at + 1, 1));
            AddMerge(vocabulary, merges, spelled.Substring(at, 2), spelled.Substring(at + 2, 1));
        }

        int end = vocabulary.Count;
        SplitPattern pattern = SplitPattern.Parse(SplitPattern.Gpt2).IfLeft(error => throw new InvalidOperationException(error.Message));
        TokenizerTables tables = new(
            vocabulary,
            toArray(merges),
            Array(new AddedToken("<|end|>", end, Special: true)),
            Arr<NormalizerStep>.Empty,
            Array<PreTokenizerStep>(new PreTokenizerStep.Split(pattern, true, true), new PreTokenizerStep.SpellBytes()),
            Array<DecoderStep>(new DecoderStep.ByteLevel()),
            Arr<int>.Empty,
            Arr<int>.Empty,
            BpeOptions.ByteLevel,
            new SpecialTokens(None, Some(end), Some(end)));
        return Tokenizer.Create(tables).IfLeft(error => throw new InvalidOperationException(error.Message));
    }

    /// <summary>
    /// A tokenizer as SentencePiece makes them: spaces are written as a mark, one goes before each text, characters fall back to bytes, and
    /// a start of text is added. Its added tokens are one that is looked for in the text as it stands and one in the normalised text.
    /// </summary>
    public static Tokenizer Marked { get; } = MakeMarked("▁the▁cat▁and▁the▁dog▁ab▁aab▁▁a42▁中文");

    private static Tokenizer MakeMarked(string corpus)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal) { ["<unk>"] = 0, ["<s>"] = 1, ["<|end|>"] = 2, ["<|>"] = 3 };
        foreach (
            string token in Enumerable.Range(0, 256)
                .Select(value => $"<0x{value:X2}>")
                .Concat(corpus.Select(character => character.ToString())))
        {
            vocabulary.TryAdd(token, vocabulary.Count);
        }

        List<(string, string)> merges = [];
        for (int at = 0; at + 3 < corpus.Length; at++)
        {
            AddMerge(vocabulary, merges, corpus.Substring(at, 1), corpus.Substring(at + 1, 1));
            AddMerge(vocabulary, merges, corpus.Substring(at, 2), corpus.Substring(at + 2, 1));
        }

        TokenizerTables tables = new(
            vocabulary,
            toArray(merges),
            Array(new AddedToken("<|end|>", 2, Special: true), new AddedToken("<|>", 3, Special: false, Normalized: true)),
            Array<NormalizerStep>(new NormalizerStep.Prepend("▁"), new NormalizerStep.Replace(" ", "▁")),
            Arr<PreTokenizerStep>.Empty,
            Array<DecoderStep>(
                new DecoderStep.Replace("▁", " "), new DecoderStep.ByteFallback(), new DecoderStep.Fuse(),
                    new DecoderStep.Strip(' ', 1, 0)),
            Array(1),
            Arr<int>.Empty,
            new BpeOptions(Some("<unk>"), FuseUnknown: true, ByteFallback: true, IgnoreMerges: false),
            new SpecialTokens(Some(1), Some(2), None));
        return Tokenizer.Create(tables).IfLeft(error => throw new InvalidOperationException(error.Message));
    }

    private static void AddMerge(Dictionary<string, int> vocabulary, List<(string, string)> merges, string left, string right)
    {
        if (vocabulary.ContainsKey(left) && vocabulary.TryAdd(left + right, vocabulary.Count))
        {
            merges.Add((left, right));
        }
    }
}
