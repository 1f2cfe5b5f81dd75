using System.Text;
using System.Text.Unicode;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Reads a model of SentencePiece (<c>tokenizer.model</c>), BPE or unigram. By itself it does what SentencePiece does: control pieces are
/// never found in a text and never printed. In a model folder the tokens with a role are found in texts, as transformers finds them.
/// </summary>
internal static class SentencePieceFile
{
    private const int LargestFile = 256 << 20;
    private const string Mark = "▁";
    private const int Unigram = 1;
    private const int Bpe = 2;

    private enum PieceType
    {
        None = 0,
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    private sealed record Piece(string Text, float Score, PieceType Type);

    /// <summary>Reads the tables of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alone">Whether it is used by itself rather than as a part of a model folder.</param>
    public static Either<FloeError, TokenizerTables> Read(string path, bool alone) =>
        from bytes in InputFile.ReadAll(path, LargestFile)
        from tables in ForeignFile.Named(path, bytes, FileForm.SentencePiece, Tables(path, bytes, alone))
        select tables;

    private static Either<FloeError, TokenizerTables> Tables(string path, byte[] bytes, bool alone) =>
        from fields in ProtobufReader.Read(path, bytes)
        from pieces in fields.Where(field => field.Number == 1).Each(field => Read(path, field.Bytes))
        from some in Steps.Check(
            pieces.Count > 0, () => new FloeError.BadData(path, "a model of SentencePiece", "no pieces", "Fetch the file again."))
        from trainer in Settings(path, fields, 2)
        from normalizer in Settings(path, fields, 3)
        from vocabulary in Vocabulary(path, pieces)
        from known in Known(path, pieces, trainer, normalizer)
        select Made(pieces, vocabulary, trainer, normalizer, alone);

    private static Either<FloeError, Piece> Read(string path, ReadOnlyMemory<byte> bytes) =>
        from fields in ProtobufReader.Read(path, bytes)
        let text = fields.Where(field => field.Number == 1).Select(field => field.Bytes).FirstOrDefault()
        from valid in Steps.Check(
            Utf8.IsValid(text.Span), () =>
                new FloeError.BadData(path, "pieces in UTF-8", "bytes that are not UTF-8", "Fetch the file again."))
        let score = fields.Where(field => field.Number == 2).Select(field => field.Real).FirstOrDefault()
        from finite in Steps.Check(
            float.IsFinite(score), () => new FloeError.BadData(path, "finite scores", $"{score}", "Fetch the file again."))
        select new Piece(
            Encoding.UTF8.GetString(text.Span), score, fields.Where(field => field.Number == 3)
                .Select(field => (PieceType)field.Whole)
                .FirstOrDefault(PieceType.Normal));

    // The last of several fields counts.
    private static Either<FloeError, IReadOnlyDictionary<int, ProtobufField>> Settings(
        string path, IReadOnlyList<ProtobufField> fields, int number) =>
        ProtobufReader.Read(path, fields.LastOrDefault(field => field.Number == number).Bytes)
            .Map<IReadOnlyDictionary<int, ProtobufField>>(
                found => found.GroupBy(field => field.Number).ToDictionary(group => group.Key, group => group.Last()));

    private static Either<FloeError, Dictionary<string, int>> Vocabulary(string path, IReadOnlyList<Piece> pieces)
    {
        Dictionary<string, int> vocabulary = new(pieces.Count, StringComparer.Ordinal);
        foreach (Piece piece in pieces)
        {
            if (!vocabulary.TryAdd(piece.Text, vocabulary.Count))
            {
                return new FloeError.BadData(
                    path, "pieces that differ", $"{piece.Text} as {vocabulary[piece.Text]} and {vocabulary.Count}",
                        "Fetch the file again.");
            }
        }

        return vocabulary;
    }

    private static Either<FloeError, Unit> Known(
        string path, IReadOnlyList<Piece> pieces, IReadOnlyDictionary<int, ProtobufField> trainer,
            IReadOnlyDictionary<int, ProtobufField> normalizer)
    {
        int kind = Number(trainer, 3, Unigram);
        string? refused = kind is not (Unigram or Bpe) ? $"a model of type {kind}"
            : normalizer.TryGetValue(2, out ProtobufField map)
                && map.Bytes.Length > 0 ? $"the normalization {Text(normalizer, 1, "of its own")}"
            : Number(trainer, 24, 0) != 0 ? "white space as a suffix"
            : Number(normalizer, 5, 1) == 0 ? "white space that is not escaped"
            : pieces.Any(piece => piece.Type == PieceType.Unused) ? "pieces that are not used"
            : null;
        return Steps.Check(refused is null, () => new FloeError.Unsupported(
            path, refused!, "BPE and unigram models of SentencePiece without a normalization of their own",
                "Use the model's tokenizer.json."));
    }

    private static TokenizerTables Made(
        IReadOnlyList<Piece> pieces,
        Dictionary<string, int> vocabulary,
        IReadOnlyDictionary<int, ProtobufField> trainer,
        IReadOnlyDictionary<int, ProtobufField> normalizer,
        bool alone)
    {
        bool prefix = Number(normalizer, 3, 1) != 0;
        bool collapses = Number(normalizer, 4, 1) != 0;
        string unknown = pieces.Where(piece => piece.Type == PieceType.Unknown).Select(piece => piece.Text).FirstOrDefault("");
        Dictionary<string, float> scores = pieces.Where(piece => piece.Type is PieceType.Normal or PieceType.UserDefined)
            .ToDictionary(piece => piece.Text, piece => piece.Score, StringComparer.Ordinal);
        SpecialTokens special = new(
            Role(trainer, 41, 1, pieces.Count), Role(trainer, 42, 2, pieces.Count), Role(trainer, 43, -1, pieces.Count));
        return new TokenizerTables(
            vocabulary,
            Arr<(string Left, string Right)>.Empty,
            new Arr<AddedToken>(pieces.Where(piece => piece.Type is PieceType.Control or PieceType.UserDefined).Select(piece =>
                new AddedToken(
                    piece.Text, vocabulary[piece.Text], Special: piece.Type == PieceType.Control,
                        Normalized: piece.Type == PieceType.UserDefined
                        && !prefix)
                {
                    Hidden = piece.Type == PieceType.Control,
                })),
            new Arr<NormalizerStep>((collapses ? new NormalizerStep[] { new NormalizerStep.CollapseSpaces() } : [])
                .Concat(prefix ? [new NormalizerStep.Prepend(Mark) { Once = alone }] : [])
                .Append(new NormalizerStep.Replace(" ", Mark))
                .Concat(collapses ? [new NormalizerStep.TrimEnd(Mark)] : [])),
            Arr<PreTokenizerStep>.Empty,
            Array<DecoderStep>(
                new DecoderStep.Pieces(
                    Mark, unknown, Text(trainer, 44, " ⁇ "), collapses ? SpaceStrip.Each : prefix ? SpaceStrip.One : SpaceStrip.None)),
            new Arr<int>(special.Bos),
            Arr<int>.Empty,
            new BpeOptions(
                unknown.Length > 0
                    ? Some(unknown)
                    : None, FuseUnknown: true, ByteFallback: Number(trainer, 35, 0) != 0, IgnoreMerges: false),
            special)
        {
            Segmentation = Number(trainer, 3, Unigram) == Bpe ? new Segmentation.Scores(scores) : new Segmentation.Unigram(scores),
        };
    }

    private static int Number(IReadOnlyDictionary<int, ProtobufField> settings, int number, int missing) =>
        settings.TryGetValue(number, out ProtobufField field) ? field.Whole : missing;

    private static string Text(IReadOnlyDictionary<int, ProtobufField> settings, int number, string missing) =>
        settings.TryGetValue(number, out ProtobufField field) ? Encoding.UTF8.GetString(field.Bytes.Span) : missing;

    private static Option<int> Role(IReadOnlyDictionary<int, ProtobufField> trainer, int number, int missing, int pieces) =>
        Number(trainer, number, missing) is >= 0 and var id && id < pieces ? Some(id) : None;
}
