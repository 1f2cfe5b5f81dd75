namespace Floe.Domain.Text;

/// <summary>One step of a tokenizer's normaliser: text in, text out.</summary>
public abstract record NormalizerStep
{
    private NormalizerStep()
    {
    }

    /// <summary>Puts a text before every text that is not empty.</summary>
    /// <param name="Text">What goes first.</param>
    public sealed record Prepend(string Text) : NormalizerStep;

    /// <summary>Replaces every occurrence of a text.</summary>
    /// <param name="Pattern">What is replaced; not empty.</param>
    /// <param name="Content">What takes its place.</param>
    public sealed record Replace(string Pattern, string Content) : NormalizerStep;
}

/// <summary>One step of a pre-tokenizer: a text becomes the words inside which merges happen.</summary>
public abstract record PreTokenizerStep
{
    private PreTokenizerStep()
    {
    }

    /// <summary>Cuts at the matches of a pattern.</summary>
    /// <param name="Pattern">The pattern.</param>
    /// <param name="KeepMatches">Whether the matches are words too.</param>
    /// <param name="KeepGaps">Whether what lies between matches is a word.</param>
    public sealed record Split(SplitPattern Pattern, bool KeepMatches, bool KeepGaps) : PreTokenizerStep;

    /// <summary>Puts a space before a text that does not start with one.</summary>
    public sealed record PrefixSpace : PreTokenizerStep;

    /// <summary>Spells the UTF-8 bytes of each word in <see cref="ByteAlphabet"/>.</summary>
    public sealed record SpellBytes : PreTokenizerStep;
}

/// <summary>One step of a decoder: token texts in, token texts out.</summary>
public abstract record DecoderStep
{
    private DecoderStep()
    {
    }

    /// <summary>Reads <see cref="ByteAlphabet"/> back; bytes that are not UTF-8 become U+FFFD, one for each maximal subpart.</summary>
    public sealed record ByteLevel : DecoderStep;

    /// <summary>Reads <c>&lt;0x41&gt;</c> tokens as bytes; a run that is not UTF-8 becomes one U+FFFD a byte.</summary>
    public sealed record ByteFallback : DecoderStep;

    /// <summary>Joins all texts into one.</summary>
    public sealed record Fuse : DecoderStep;

    /// <summary>Replaces every occurrence of a text in each token.</summary>
    /// <param name="Pattern">What is replaced; not empty.</param>
    /// <param name="Content">What takes its place.</param>
    public sealed record Replace(string Pattern, string Content) : DecoderStep;

    /// <summary>Removes a character from both ends of each text.</summary>
    /// <param name="Character">What is removed.</param>
    /// <param name="Start">At most so many at the start.</param>
    /// <param name="Stop">At most so many at the end.</param>
    public sealed record Strip(char Character, int Start, int Stop) : DecoderStep;
}
