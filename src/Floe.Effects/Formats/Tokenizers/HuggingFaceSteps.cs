using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>Pre-tokenizer and decoder of a tokenizer.json as flat lists of steps; <c>Sequence</c> may nest as deep as the JSON
/// may.</summary>
internal static class HuggingFaceSteps
{
    // What ASCII prints beside letters and digits, and every category of punctuation.
    private const string AnyPunctuation = @"[\p{P}$+<=>\^`\|~]";

    private static readonly Dictionary<string, SplitJoin> Joins = new(StringComparer.Ordinal)
    {
        ["MergedWithPrevious"] = SplitJoin.Previous,
        ["MergedWithNext"] = SplitJoin.Next,
        ["Contiguous"] = SplitJoin.Each,
    };

    /// <summary>Reads <c>pre_tokenizer</c>.</summary>
    public static Either<FloeError, Arr<PreTokenizerStep>> PreTokenizer(string at, JsonElement element) =>
        Flatten(at, element, "pretokenizers", PreTokenizerStepsOf);

    /// <summary>Reads <c>decoder</c>.</summary>
    public static Either<FloeError, Arr<DecoderStep>> Decoder(string at, JsonElement element) =>
        Flatten(at, element, "decoders", DecoderStepOf);

    /// <summary>Splits digits off: each alone, or runs of them together. A digit is any code point of general category N.</summary>
    public static Either<FloeError, PreTokenizerStep> Digits(bool individual) =>
        Split(SplitPattern.Parse(individual ? @"\p{N}" : @"\p{N}+"));

    /// <summary>Splits at a pattern and keeps both matches and gaps.</summary>
    public static Either<FloeError, PreTokenizerStep> Split(Either<FloeError, SplitPattern> pattern) =>
        pattern.Map(found => (PreTokenizerStep)new PreTokenizerStep.Split(found, KeepMatches: true, KeepGaps: true));

    /// <summary>The steps of a byte-level pre-tokenizer.</summary>
    /// <param name="space">Whether a text gets a space in front.</param>
    /// <param name="split">Where it is cut into words.</param>
    public static Arr<PreTokenizerStep> ByteLevel(bool space, Option<PreTokenizerStep> split) =>
        (space ? Array<PreTokenizerStep>(new PreTokenizerStep.PrefixSpace()) : Arr<PreTokenizerStep>.Empty)
        + new Arr<PreTokenizerStep>(split)
        + Array<PreTokenizerStep>(new PreTokenizerStep.SpellBytes());

    /// <summary>The steps of an element, those of nested sequences in their order.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="element">The element; null or nothing for no steps.</param>
    /// <param name="list">The key of a sequence's steps.</param>
    /// <param name="read">Reads a step of a type.</param>
    public static Either<FloeError, Arr<T>> Flatten<T>(
        string at, JsonElement element, string list, Func<string, JsonElement, string, Either<FloeError, Arr<T>>> read) =>
        element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
            ? Arr<T>.Empty
            : from step in JsonText.Expect(at, element, JsonValueKind.Object)
              from type in JsonFields.Text(at, step, "type")
              from steps in type != "Sequence"
                  ? read(at, step, type)
                  : from items in JsonText.Member(at, step, list, JsonValueKind.Array)
                    from inner in items.EnumerateArray()
                        .Select((item, index) => (item, index))
                        .Each(pair => Flatten($"{at}[{pair.index}]", pair.item, list, read))
                    select new Arr<T>(inner.SelectMany(part => part))
              select steps;

    private static Either<FloeError, Arr<PreTokenizerStep>> PreTokenizerStepsOf(string at, JsonElement step, string type) => type switch
    {
        "ByteLevel" => from space in JsonFields.Flag(at, step, "add_prefix_space", true)
                       from regex in JsonFields.Flag(at, step, "use_regex", true)
                       from split in Split(SplitPattern.Parse(SplitPattern.Gpt2))
                       select ByteLevel(space, regex ? Some(split) : None),
        "Digits" => from individual in JsonFields.Flag(at, step, "individual_digits", false)
                    from digits in Digits(individual)
                    select Array(digits),
        "Split" => from pattern in Pattern(at, step)
                   from behaviour in JsonFields.Text(at, step, "behavior")
                   from invert in JsonFields.Flag(at, step, "invert", false)
                   from split in Behaving(at, pattern, behaviour, invert)
                   select Array(split),
        "Punctuation" => from pattern in SplitPattern.Parse(AnyPunctuation)
                         from behaviour in JsonText.Has(step, "behavior", out _) ? JsonFields.Text(at, step, "behavior") : "Isolated"
                         from split in Behaving(at, pattern, behaviour, invert: false)
                         select Array(split),
        "CharDelimiterSplit" => from text in JsonFields.Text(at, step, "delimiter")
                                from pattern in SplitPattern.Literal(text)
                                from split in Behaving(at, pattern, "Removed", invert: false)
                                select Array(split),
        "BertPreTokenizer" => from space in SplitPattern.Parse(@"\s+")
                              from gaps in Behaving(at, space, "Removed", invert: false)
                              from pattern in SplitPattern.Parse(AnyPunctuation)
                              from split in Behaving(at, pattern, "Isolated", invert: false)
                              select Array(gaps, split),
        "Metaspace" => from mark in JsonFields.Text(at, step, "replacement")
                       from place in Place(at, step)
                       from cuts in JsonFields.Flag(at, step, "split", true)
                       select Array<PreTokenizerStep>(new PreTokenizerStep.Metaspace(mark, place, cuts)),
        "WhitespaceSplit" =>
            SplitPattern.Parse(@"\s+").Bind(space => Behaving(at, space, "Removed", invert: false)).Map(split => Array(split)),
        "Whitespace" => SplitPattern.Parse(@"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]+|[^\s\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]+")
            .Map(word => Array<PreTokenizerStep>(new PreTokenizerStep.Split(word, KeepMatches: true, KeepGaps: false))),
        _ =>
            Refuse<PreTokenizerStep>(
                at, "pre_tokenizer", type, "ByteLevel, Digits, Punctuation, Split, CharDelimiterSplit, Metaspace, Whitespace, "
                    + "WhitespaceSplit, BertPreTokenizer, Sequence"),
    };

    private static Either<FloeError, PreTokenizerStep> Behaving(string at, SplitPattern pattern, string behaviour, bool invert) =>
        Joins.TryGetValue(behaviour, out SplitJoin joined) ? new PreTokenizerStep.Split(pattern, KeepMatches: !invert, KeepGaps: invert)
        {
            Join = joined,
        }
        : behaviour is "Isolated" or "Removed" ? new PreTokenizerStep.Split(
            pattern, KeepMatches: behaviour == "Isolated" || invert, KeepGaps: behaviour == "Isolated" || !invert)
        : new FloeError.Unsupported(
            at, $"the split behaviour {behaviour}", $"Isolated, Removed, {string.Join(", ", Joins.Keys)}",
                "Use a tokenizer with such a split.");

    private static Either<FloeError, Arr<DecoderStep>> DecoderStepOf(string at, JsonElement step, string type) => type switch
    {
        "ByteLevel" => Array<DecoderStep>(new DecoderStep.ByteLevel()),
        "ByteFallback" => Array<DecoderStep>(new DecoderStep.ByteFallback()),
        "Metaspace" => from mark in JsonFields.Text(at, step, "replacement")
                       from place in Place(at, step)
                       select Array<DecoderStep>(new DecoderStep.Metaspace(mark, place != MarkPlace.Never)),
        "Fuse" => Array<DecoderStep>(new DecoderStep.Fuse()),
        "Replace" => from pattern in Pattern(at, step)
                     from literal in Steps.Check(pattern.IsLiteral, () => new FloeError.Unsupported(
                         at, "decoding by a regular expression", "replacements of a fixed text", "Use another tokenizer."))
                     from content in JsonFields.Text(at, step, "content")
                     select Array<DecoderStep>(new DecoderStep.Replace(pattern.Source, content)),
        "Strip" => from content in JsonFields.Text(at, step, "content")
                   from one in Steps.Check(
                       content.Length == 1, () =>
                           new FloeError.BadData($"{at}: content", "one character", $"\"{content}\"", "Correct the file."))
                   from start in JsonFields.Count(at, step, "start")
                   from stop in JsonFields.Count(at, step, "stop")
                   select Array<DecoderStep>(new DecoderStep.Strip(content[0], start, stop)),
        _ => Refuse<DecoderStep>(at, "decoder", type, "ByteLevel, ByteFallback, Metaspace, Fuse, Replace, Strip, Sequence"),
    };

    // Early files say add_prefix_space in place of prepend_scheme.
    private static Either<FloeError, MarkPlace> Place(string at, JsonElement step) =>
        JsonText.Has(step, "prepend_scheme", out _)
            ? JsonFields.Text(at, step, "prepend_scheme").Bind<MarkPlace>(scheme => scheme switch
            {
                "always" => MarkPlace.Always,
                "first" => MarkPlace.First,
                "never" => MarkPlace.Never,
                _ => new FloeError.BadData($"{at}: prepend_scheme", "always, first or never", scheme, "Correct the file."),
            })
            : JsonFields.Flag(at, step, "add_prefix_space", true).Map(space => space ? MarkPlace.Always : MarkPlace.Never);

    /// <summary>The pattern of a step: a text or a regular expression.</summary>
    public static Either<FloeError, SplitPattern> Pattern(string at, JsonElement step) =>
        from pattern in JsonText.Member(at, step, "pattern", JsonValueKind.Object)
        from split in JsonText.Has(pattern, "Regex", out _)
            ? JsonFields.Text(at, pattern, "Regex").Bind(SplitPattern.Parse)
            : JsonFields.Text(at, pattern, "String").Bind(SplitPattern.Literal)
        select split;

    /// <summary>The refusal of a type that Floe does not have.</summary>
    public static Either<FloeError, Arr<T>> Refuse<T>(string at, string kind, string type, string supported) =>
        new FloeError.Unsupported(at, $"the {kind} {type}", supported, "Use a model with such a tokenizer.");
}
