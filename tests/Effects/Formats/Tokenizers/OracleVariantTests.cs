using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>Normalizers, pre-tokenizers, decoders and the unigram model of tokenizer.json against Hugging Face's own library, in a small
/// tokenizer each.</summary>
[Trait("Category", "Fixtures")]
public sealed class OracleVariantTests : IDisposable
{
    private const string Group = "tokenizers (oracle, variants)";
    private const int Draws = 400;
    private const int Seed = 7;

    private static readonly string[] Pieces =
    [
        "the", " the", "cat", " cat", "a", "b", "ab", " ", "  ", "   ", "\n", "\t", ",", ".", "!?", "7", "42", "é", "e\u0301", "\u0958",
            "\uAC00\u11A8", "a\u0323\u0307", "İ", "ß", "ΑΣ",
        "中文", "한", "😀", "▁", "▁▁the", "<s>", "</s>", "<s> the", "\u00A0", "\u3000", "_x", "don't",
        "A\u030A", "\uFB01", "\uFB01\u0301", "\u200B", "\r\n", "\r", "²", "\u212B", "a\u0323", "\u2026", "😀\u0301",
            "e\u0301\u0323", "Ⅻ", "½", "ｶﾞ", "\uFDFA", "㌀", "\u3131",
            "ﬅ", "\u1E9B\u0323", "$", "+=", "“x”", "।", "\u0007", "\u0085", "\u20DD", "ा",
    ];

    private readonly Scratch scratch = new();

    public static TheoryData<string, string> Variants => new()
    {
        { "plain", "{}" },
        { "metaspace first", """{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}, "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}}""" },
        { "metaspace always", """{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}, "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}}""" },
        { "metaspace never", """{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true}, "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true}}""" },
        { "metaspace whole", """{"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}}""" },
        { "prepend", """{"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}}""" },
        { "nfc", """{"normalizer": {"type": "NFC"}}""" },
        { "nfd", """{"normalizer": {"type": "NFD"}}""" },
        { "nfkc", """{"normalizer": {"type": "NFKC"}}""" },
        { "nfkd", """{"normalizer": {"type": "NFKD"}}""" },
        { "accents", """{"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]}}""" },
        { "nmt", """{"normalizer": {"type": "Nmt"}}""" },
        { "bytes", """{"normalizer": {"type": "ByteLevel"}, "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}}""" },
        { "spaces", """{"normalizer": {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}}""" },
        { "white spaces", """{"normalizer": {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}}""" },
        { "letters", """{"normalizer": {"type": "Replace", "pattern": {"Regex": "[^\\p{L}\\p{N}]"}, "content": "$0"}}""" },
        { "precompiled", $$$"""{"normalizer": {"type": "Precompiled", "precompiled_charsmap": "{{{Charsmap()}}}"}}""" },
        { "precompiled and spaces", $$$"""{"normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "{{{Charsmap()}}}"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}}""" },
        { "lowercase", """{"normalizer": {"type": "Lowercase"}}""" },
        { "strip", """{"normalizer": {"type": "Strip", "strip_left": true, "strip_right": true}}""" },
        { "strip left", """{"normalizer": {"type": "Strip", "strip_left": true, "strip_right": false}}""" },
        { "previous", """{"pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}}""" },
        { "next", """{"pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithNext", "invert": false}}""" },
        { "contiguous", """{"pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "Contiguous", "invert": false}}""" },
        { "previous inverted", """{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{L}+"}, "behavior": "MergedWithPrevious", "invert": true}}""" },
        { "isolated", """{"pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "Isolated", "invert": false}}""" },
        { "punctuation", """{"pre_tokenizer": {"type": "Punctuation", "behavior": "Isolated"}}""" },
        { "punctuation before", """{"pre_tokenizer": {"type": "Punctuation", "behavior": "MergedWithPrevious"}}""" },
        { "punctuation together", """{"pre_tokenizer": {"type": "Punctuation", "behavior": "Contiguous"}}""" },
        { "punctuation out", """{"pre_tokenizer": {"type": "Punctuation", "behavior": "Removed"}}""" },
        { "delimiter", """{"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "▁"}}""" },
        { "bert", """{"pre_tokenizer": {"type": "BertPreTokenizer"}}""" },
        { "digits", """{"pre_tokenizer": {"type": "Digits", "individual_digits": true}}""" },
        { "digits together", """{"pre_tokenizer": {"type": "Digits", "individual_digits": false}}""" },
        { "roberta", """{"post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": true, "add_prefix_space": false}}""" },
        { "words", """{"words": true, "pre_tokenizer": {"type": "Whitespace"}}""" },
        { "white space", """{"pre_tokenizer": {"type": "WhitespaceSplit"}}""" },
        { "unigram", """{"unigram": true, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}}""" },
        { "unigram whole", """{"unigram": true}""" },
        { "unigram bytes", """{"unigram": true, "bytes": true, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}}""" },
        { "bpe bytes", """{"bytes": true, "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}}""" },
    };

    // A map of 14 strings in SentencePiece's form, packed: A, e, a with marks, ligature, dots, spaces, line ends, emoji.
    private static string Charsmap()
    {
        using ZLibStream packed = new(new MemoryStream(Convert.FromBase64String(
            "eNpjYGFgYABhCGhgAmIgtwEmwAZkc2pC2JxANpciAwMvCEPVCEBpISQ9IkC2KJQvCaRlkORgQA5NTBGLGnoBRxFGhoEEiQtQ7U/dQ3/3zK9gwi"
            + "o+Yw6meJcuE0MjI6Z4AwuqWAsDhN9tyMTQwAPEnAh5ZP0NrExEuXFxIxPR/lkGVbtmDYReuRChd9NZJobVKzHNOuzBzHDIhJnhDBDDwBkdCPuM"
            + "DTPN4+DxG2aGR0eIt+f9FYTaD3vId58CGB5uZXi4ayHD4ZUMRgypDAx6enogIQWGtEwGK00GAAi1L0A=")), CompressionMode.Decompress);
        using MemoryStream whole = new();
        packed.CopyTo(whole);
        return Convert.ToBase64String(whole.ToArray());
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Variants))]
    public void IdsAndTextsAreThoseOfTheLibrary(string name, string parts)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            FixtureCase.NotRun(Group, name, "the library's native part is for linux-x64");
            return;
        }

        string file = scratch.At("tokenizer.json");
        File.WriteAllText(file, Made(JsonNode.Parse(parts)!.AsObject()).ToJsonString());
        FixtureCase.Run(Group, name, () => TokenizerFile.Open(file).Map(loaded =>
        {
            using global::Tokenizers.DotNet.Tokenizer library = new(file);
            Random random = new(Seed);
            for (int draw = 0; draw < Draws; draw++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => Pieces[random.Next(Pieces.Length)]));
                uint[] expected = library.Encode(text);
                Assert.Equal(
                    (name, text, string.Join(',', expected)), (name, text, string.Join(',', loaded.Tokenizer.EncodeWithSpecial(text))));
                Assert.Equal(
                    (name, text, library.Decode(expected)), (
                        name, text, loaded.Tokenizer.Decode(expected.Select(id => (int)id), skipSpecial: true)));
            }

            return Unit.Default;
        }));
    }

    private static JsonObject Made(JsonObject parts)
    {
        string[] tokens = [
            "<unk>", "<s>", "</s>", "▁", "t", "h", "e", "c", "a", "b", "n", "d", "o", "'", "é", "\u0301", ",", ".", "7", "4", "2", " ", "中",
                "x", "_", "i", "σ", "ς", "α",
            "th", "the", "▁the", "at", "cat", "▁cat", "ab", "▁▁", "42", "  ", " t", " the", "\u1100", "\u1161", "한", "न"];
        bool bytes = parts["bytes"] is not null;
        IEnumerable<string> all = tokens.Concat(bytes ? Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>") : []);
        JsonObject model = parts["words"] is not null
            ? new JsonObject
            {
                ["type"] = "WordLevel",
                ["unk_token"] = "<unk>",
                ["vocab"] = new JsonObject(all.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
            }
            : parts["unigram"] is not null
            ? new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 0,
                ["byte_fallback"] = bytes,
                ["vocab"] = new JsonArray(
                    [.. all.Select(
                        (token, id) => (JsonNode)new JsonArray(token, id < 3 ? 0.0 : -(12.0 - (2.5 * token.Length) + (id % 7 * 0.125)))) ]),
            }
            : new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = "<unk>",
                ["fuse_unk"] = true,
                ["byte_fallback"] = bytes,
                ["vocab"] = new JsonObject(all.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
                ["merges"] = new JsonArray("t h", "th e", "▁ the", "a t", "c at", "▁ cat", "a b", "▁ ▁", "4 2"),
            };
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. tokens[..3].Select((token, id) => (JsonNode)new JsonObject
            {
                ["id"] = id,
                ["content"] = token,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            }) ]),
            ["normalizer"] = parts["normalizer"]?.DeepClone(),
            ["pre_tokenizer"] = parts["pre_tokenizer"]?.DeepClone(),
            ["post_processor"] = parts["post_processor"]?.DeepClone(),
            ["decoder"] = parts["decoder"]?.DeepClone() ?? JsonNode.Parse("""{"type": "Fuse"}"""),
            ["model"] = model,
        };
    }
}
