namespace Floe.Domain.Text;

/// <summary>One step of a tokenizer's normaliser: text in, text out.</summary>
internal abstract record NormalizerStep
{
    private NormalizerStep()
    {
    }

    /// <summary>Puts a text before every text that is not empty.</summary>
    /// <param name="Text">What goes first.</param>
    public sealed record Prepend(string Text) : NormalizerStep
    {
        /// <summary>Whether it goes before the first text alone, and not again after an added token.</summary>
        public bool Once { get; init; }
    }

    /// <summary>Replaces every occurrence of a text.</summary>
    /// <param name="Pattern">What is replaced; not empty.</param>
    /// <param name="Content">What takes its place.</param>
    public sealed record Replace(string Pattern, string Content) : NormalizerStep;

    /// <summary>Replaces every match of a pattern.</summary>
    /// <param name="Pattern">What is replaced.</param>
    /// <param name="Content">What takes its place, as it is.</param>
    public sealed record ReplaceMatches(SplitPattern Pattern, string Content) : NormalizerStep;

    /// <summary>Unicode normalization form C, D, KC or KD.</summary>
    /// <param name="Composes">Whether it is C or KC.</param>
    /// <param name="Compatible">Whether it is KC or KD.</param>
    public sealed record UnicodeForm(bool Composes, bool Compatible = false) : NormalizerStep;

    /// <summary>Writes characters as a compiled map of SentencePiece says.</summary>
    /// <param name="Map">The map.</param>
    public sealed record Charsmap(CharacterMap Map) : NormalizerStep;

    /// <summary>Spells the UTF-8 bytes of the text in <see cref="ByteAlphabet"/>.</summary>
    public sealed record SpellBytes : NormalizerStep;

    /// <summary>Removes combining marks.</summary>
    public sealed record StripMarks : NormalizerStep;

    /// <summary>What SentencePiece calls nmt: removes control characters and writes other white space as spaces.</summary>
    public sealed record CleanSpaces : NormalizerStep;

    /// <summary>Makes letters small, each by itself.</summary>
    public sealed record Lowercase : NormalizerStep;

    /// <summary>Removes white space at the ends.</summary>
    /// <param name="Left">At the start.</param>
    /// <param name="Right">At the end.</param>
    public sealed record Strip(bool Left, bool Right) : NormalizerStep;

    /// <summary>Removes spaces at the ends and makes one of several: what SentencePiece calls extra white space.</summary>
    public sealed record CollapseSpaces : NormalizerStep;

    /// <summary>Removes a text at the end, as often as it stands there.</summary>
    /// <param name="Text">What is removed; not empty.</param>
    public sealed record TrimEnd(string Text) : NormalizerStep;

    /// <summary>Ends a text at its first NUL, as a program in C does.</summary>
    public sealed record EndAtNul : NormalizerStep;
}

/// <summary>One step of a pre-tokenizer: a text becomes the words inside which merges happen.</summary>
internal abstract record PreTokenizerStep
{
    private PreTokenizerStep()
    {
    }

    /// <summary>Cuts at the matches of a pattern.</summary>
    /// <param name="Pattern">The pattern.</param>
    /// <param name="KeepMatches">Whether the matches are words too.</param>
    /// <param name="KeepGaps">Whether what lies between matches is a word.</param>
    public sealed record Split(SplitPattern Pattern, bool KeepMatches, bool KeepGaps) : PreTokenizerStep
    {
        /// <summary>What each match is joined with.</summary>
        public SplitJoin Join { get; init; }
    }

    /// <summary>Writes a mark for each space, puts one in front, and cuts before each mark.</summary>
    /// <param name="Mark">The mark.</param>
    /// <param name="Prepends">Where one is put in front of a text that does not begin with it.</param>
    /// <param name="Cuts">Whether the text is cut.</param>
    public sealed record Metaspace(string Mark, MarkPlace Prepends, bool Cuts) : PreTokenizerStep;

    /// <summary>Puts a space before a text that does not start with one.</summary>
    public sealed record PrefixSpace : PreTokenizerStep;

    /// <summary>Spells the UTF-8 bytes of each word in <see cref="ByteAlphabet"/>.</summary>
    public sealed record SpellBytes : PreTokenizerStep;
}

/// <summary>What the matches of a split become part of.</summary>
internal enum SplitJoin
{
    /// <summary>Nothing.</summary>
    Alone = 0,

    /// <summary>What stands before.</summary>
    Previous = 1,

    /// <summary>What follows.</summary>
    Next = 2,

    /// <summary>The matches beside them.</summary>
    Each = 3,
}

/// <summary>Which spaces at the start of a text are not printed.</summary>
internal enum SpaceStrip
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The first.</summary>
    One = 1,

    /// <summary>The first of each piece, up to one that is more.</summary>
    Each = 2,
}

/// <summary>Before which parts of a text a mark is put.</summary>
internal enum MarkPlace
{
    /// <summary>None.</summary>
    Never = 0,

    /// <summary>The first, where nothing stands before it.</summary>
    First = 1,

    /// <summary>Each part between added tokens.</summary>
    Always = 2,
}

/// <summary>One step of a decoder: token texts in, token texts out.</summary>
internal abstract record DecoderStep
{
    private DecoderStep()
    {
    }

    /// <summary>Reads <see cref="ByteAlphabet"/> back; bytes that are not UTF-8 become U+FFFD, one for each maximal subpart.</summary>
    public sealed record ByteLevel : DecoderStep;

    /// <summary>Reads <c>&lt;0x41&gt;</c> tokens as bytes; a run that is not UTF-8 becomes one U+FFFD a byte.</summary>
    public sealed record ByteFallback : DecoderStep;

    /// <summary>Writes a space for each mark; in the first token it writes nothing for it where a mark had been put in front.</summary>
    /// <param name="Mark">The mark.</param>
    /// <param name="Prepended">Whether one had been put in front.</param>
    public sealed record Metaspace(string Mark, bool Prepended) : DecoderStep;

    /// <summary>What SentencePiece and llama2.c make of pieces: see <see cref="PieceDecoding"/>.</summary>
    /// <param name="Mark">What stands for a space.</param>
    /// <param name="Unknown">The unknown piece; empty for none.</param>
    /// <param name="Surface">What is printed for it.</param>
    /// <param name="Strips">Whether a space at the start is left out.</param>
    public sealed record Pieces(string Mark, string Unknown, string Surface, SpaceStrip Strips) : DecoderStep;

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
