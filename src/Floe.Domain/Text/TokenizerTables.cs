using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>How BPE treats what its vocabulary lacks.</summary>
/// <param name="UnknownToken">The token for a character that is missing; without one such characters vanish.</param>
/// <param name="FuseUnknown">Whether unknown characters in a row become one token.</param>
/// <param name="ByteFallback">Whether a missing character becomes its UTF-8 bytes as tokens <c>&lt;0x41&gt;</c>.</param>
/// <param name="IgnoreMerges">Whether a word that is itself a token needs no merges.</param>
internal sealed record BpeOptions(Option<string> UnknownToken, bool FuseUnknown, bool ByteFallback, bool IgnoreMerges)
{
    /// <summary>GPT-2's: missing characters vanish.</summary>
    public static BpeOptions ByteLevel { get; } = new(Option<string>.None, false, false, false);
}

/// <summary>Ids with a role of their own.</summary>
/// <param name="Bos">Start of text.</param>
/// <param name="Eos">End of text: ends a training sample and stops generation.</param>
/// <param name="Pad">Fills a batch; masked everywhere.</param>
internal sealed record SpecialTokens(Option<int> Bos, Option<int> Eos, Option<int> Pad)
{
    /// <summary>No roles known.</summary>
    public static SpecialTokens None { get; } = new(Option<int>.None, Option<int>.None, Option<int>.None);
}

/// <summary>Everything that a tokenizer is: encoding and decoding are pure functions of this value.</summary>
/// <param name="Vocabulary">Token → id.</param>
/// <param name="Merges">Pairs of tokens, most preferred first; each pair joined must be a token.</param>
/// <param name="Added">Tokens cut out before merging.</param>
/// <param name="Normalizer">Steps applied to the text between added tokens.</param>
/// <param name="PreTokenizer">Steps that cut it into words.</param>
/// <param name="Decoder">Steps that turn tokens into text.</param>
/// <param name="Prefix">Ids put before a text encoded with special tokens.</param>
/// <param name="Suffix">Ids put after it.</param>
/// <param name="Options">What happens to characters without a token.</param>
/// <param name="Special">Ids with a role.</param>
internal sealed record TokenizerTables(
    IReadOnlyDictionary<string, int> Vocabulary,
    Arr<(string Left, string Right)> Merges,
    Arr<AddedToken> Added,
    Arr<NormalizerStep> Normalizer,
    Arr<PreTokenizerStep> PreTokenizer,
    Arr<DecoderStep> Decoder,
    Arr<int> Prefix,
    Arr<int> Suffix,
    BpeOptions Options,
    SpecialTokens Special)
{
    /// <summary>How tokens are made of a word.</summary>
    public Segmentation Segmentation { get; init; } = new Segmentation.Merges();

    /// <summary>Ids that end an answer beside the end of text, where the model's files name several.</summary>
    public Arr<int> OtherEnds { get; init; } = Arr<int>.Empty;

    /// <summary>Every id that ends an answer.</summary>
    public Arr<int> Ends => new Arr<int>(Special.Eos) + OtherEnds;

    /// <summary>How the model writes conversations.</summary>
    public ChatTemplate Chat { get; init; } = new ChatTemplate.Absent();
}
