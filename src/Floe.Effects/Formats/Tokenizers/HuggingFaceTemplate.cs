using System.Text.Json;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>The <c>post_processor</c> of a tokenizer.json: the ids that go around one text.</summary>
/// <param name="Prefix">Ids before it.</param>
/// <param name="Suffix">Ids after it.</param>
internal sealed record HuggingFaceTemplate(Arr<int> Prefix, Arr<int> Suffix)
{
    private static readonly HuggingFaceTemplate Nothing = new(Arr<int>.Empty, Arr<int>.Empty);

    /// <summary>Reads a post-processor: none, ByteLevel (adds nothing), TemplateProcessing, RobertaProcessing, BertProcessing, or a
    /// Sequence of these.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="element">The post-processor.</param>
    /// <param name="tokens">Id → token, which every id that it states must be of.</param>
    public static Either<FloeError, HuggingFaceTemplate> Read(string at, JsonElement element, IReadOnlyDictionary<int, string> tokens) =>
        element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
            ? Nothing
            : from step in JsonText.Expect(at, element, JsonValueKind.Object)
              from type in JsonFields.Text(at, step, "type")
              from template in type switch
              {
                  "ByteLevel" => Nothing,
                  "TemplateProcessing" => Template(at, step, tokens),
                  "RobertaProcessing" or "BertProcessing" =>
                      from first in Ends(at, step, "cls", tokens)
                      from last in Ends(at, step, "sep", tokens)
                      select new HuggingFaceTemplate(Prelude.Array(first), Prelude.Array(last)),
                  "Sequence" => Sequence(at, step, tokens),
                  _ =>
                      new FloeError.Unsupported(
                          at, $"the post_processor {type}", "ByteLevel, TemplateProcessing, RobertaProcessing, BertProcessing, Sequence",
                              "Use a model with such a tokenizer."),
              }
              select template;

    // A token and its id, such as ["</s>", 2].
    private static Either<FloeError, int> Ends(string at, JsonElement step, string name, IReadOnlyDictionary<int, string> tokens) =>
        from pair in JsonText.Member(at, step, name, JsonValueKind.Array)
        from both in Steps.Check(pair.GetArrayLength() == 2, () => new FloeError.BadData(
            $"{at}: {name}", "a token and its id", JsonFields.Shown(pair), "Correct the file."))
        from token in JsonText.Text($"{at}: {name}", pair[0])
        from id in JsonFields.Id($"{at}: {name}", pair[1])
        from known in Steps.Check(tokens.GetValueOrDefault(id) == token, () => new FloeError.BadData(
            $"{at}: {name}", $"the id of {token}", $"{id}", "Correct the file."))
        select id;

    private static Either<FloeError, HuggingFaceTemplate> Sequence(string at, JsonElement step, IReadOnlyDictionary<int, string> tokens) =>
        from list in JsonText.Member(at, step, "processors", JsonValueKind.Array)
        from parts in list.EnumerateArray()
            .Select((item, index) => (item, index))
            .Each(part => Read($"{at}[{part.index}]", part.item, tokens))
        select parts.Aggregate(
            Nothing, (inner, outer) => new HuggingFaceTemplate(outer.Prefix + inner.Prefix, inner.Suffix + outer.Suffix));

    private static Either<FloeError, HuggingFaceTemplate> Template(string at, JsonElement step, IReadOnlyDictionary<int, string> tokens) =>
        from defined in JsonText.Member(at, step, "special_tokens", JsonValueKind.Object)
        from known in JsonText.Members(defined).Each(entry => Known($"{at}: special_tokens: {entry.Name}", entry.Value, tokens))
        from single in Pieces($"{at}: single", step, "single", defined)
        from pair in JsonText.Has(step, "pair", out _)
            ? Pieces($"{at}: pair", step, "pair", defined)
            : Prelude.Right<FloeError, IReadOnlyList<Option<Arr<int>>>>(single)
        from text in Steps.Check(single.Count(piece => piece.IsNone) == 1, () => new FloeError.BadData(
            $"{at}: single", "the text once", $"{single.Count(piece => piece.IsNone)} times", "Correct the file."))
        select new HuggingFaceTemplate(
            Ids(single.TakeWhile(piece => piece.IsSome)),
            Ids(single.SkipWhile(piece => piece.IsSome).Skip(1)));

    // Used or not: an id is a token's, and the one that the entry names.
    private static Either<FloeError, IReadOnlyList<Unit>> Known(string at, JsonElement entry, IReadOnlyDictionary<int, string> tokens) =>
        from definition in JsonText.Expect(at, entry, JsonValueKind.Object)
        from ids in JsonText.Member(at, definition, "ids", JsonValueKind.Array)
            .Bind(list => list.EnumerateArray().Each(number => JsonFields.Id(at, number)))
        from names in JsonText.Has(definition, "tokens", out _)
            ? JsonText.Member(at, definition, "tokens", JsonValueKind.Array)
                .Bind(list => list.EnumerateArray().Each(name => JsonText.Text(at, name)))
            : Prelude.Right<FloeError, IReadOnlyList<string>>([.. ids.Select(id => tokens.GetValueOrDefault(id, ""))])
        from same in Steps.Check(
            names.Count == ids.Count, () =>
                new FloeError.BadData(at, $"{names.Count} ids, one a token", $"{ids.Count}", "Correct the file."))
        from each in ids.Select((id, index) => (id, name: names[index])).Each(pair => Steps.Check(
            tokens.GetValueOrDefault(pair.id) == pair.name && tokens.ContainsKey(pair.id),
            () => new FloeError.BadData(
                at,
                tokens.ContainsKey(pair.id) ? $"the id of {pair.name}" : $"the id of a token, of which there are {tokens.Count}",
                tokens.TryGetValue(pair.id, out string? other) ? $"{pair.id}, the id of {other}" : $"{pair.id}",
                "Correct the file.")))
        select each;

    // A piece is the ids of a special token, or none for the text itself.
    private static Either<FloeError, IReadOnlyList<Option<Arr<int>>>> Pieces(
        string at, JsonElement step, string name, JsonElement defined) =>
        from list in JsonText.Member(at, step, name, JsonValueKind.Array)
        from pieces in list.EnumerateArray().Each(piece =>
            from entry in JsonText.Expect(at, piece, JsonValueKind.Object)
            from ids in JsonText.Has(entry, "SpecialToken", out JsonElement special)
                ? from token in JsonText.Expect(at, special, JsonValueKind.Object)
                  from id in JsonFields.Text(at, token, "id")
                  from definition in JsonText.Member($"{at}: special_tokens", defined, id, JsonValueKind.Object)
                  from numbers in JsonText.Member(at, definition, "ids", JsonValueKind.Array)
                  from read in numbers.EnumerateArray().Each(number => JsonFields.Id($"{at}: {id}", number))
                  select Option<Arr<int>>.Some(new Arr<int>(read))
                : JsonText.Member(at, entry, "Sequence", JsonValueKind.Object).Map(_ => Option<Arr<int>>.None)
            select ids)
        select pieces;

    private static Arr<int> Ids(IEnumerable<Option<Arr<int>>> pieces) => new(pieces.SelectMany(piece => piece.IfNone(Arr<int>.Empty)));
}
