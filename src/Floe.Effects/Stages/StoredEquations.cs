using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>Whether stored tuning equations are of the model and the stream that a selection's masks may be tuned by.</summary>
internal static class StoredEquations
{
    private const string Again = "Collect the equations with the scores: floe collect --equations.";

    /// <summary>How a selection's masks are tuned by the equations of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What it says of itself. What it does not say is not held against it.</param>
    /// <param name="scores">What the score table says of itself.</param>
    /// <param name="shape">The shape of the selection's masks.</param>
    /// <returns>The form and the file's λ, or the first thing that does not fit.</returns>
    public static Either<FloeError, TuningOptions> Options(string path, NormalHeader header, TableMetadata scores, ModelShape shape) =>
        from stream in Stream(path, header)
        from model in Origins.SameModel(path, header.Metadata, "the scores", scores, Again)
        from same in Shape(path, header.Metadata, shape)
        from adapter in Origins.SameAdapter(path, header.Metadata, "the scores", scores, Again)
        let usual = new TuningOptions(TuningMode.Teacher)
        select usual with { Ridge = header.Ridge.IfNone(usual.Ridge) };

    private static Either<FloeError, Unit> Stream(string path, NormalHeader header) => header.Stream == Some(NormalStream.Student)
        ? new FloeError.BadData(
            $"{path}, metadata {NormalHeader.StreamKey}",
            "`teacher`, the stream of the unmasked model, which serves any masks",
            "`student`, which serves the masks it was collected with",
            "Collect with floe collect --equations, or tune with the model: floe tune.")
        : unit;

    // A width of 0 is not known.
    private static Either<FloeError, Unit> Shape(string path, TableMetadata equations, ModelShape shape) => equations.Shape
        .Filter(s => (s.Layers, s.Heads, s.Neurons) != (shape.Layers, shape.Heads, shape.Neurons)
            || Differ(s.KvHeads, shape.KvHeads) || Differ(s.Hidden, shape.Hidden) || Differ(s.HeadDim, shape.HeadDim))
        .Match(
            Some: found => Left<FloeError, Unit>(new FloeError.BadData(
                $"{path}, metadata floe.shape", $"the shape of the scores, {ShapeJson.Write(shape)}", ShapeJson.Write(found), Again)),
            None: () => unit);

    private static bool Differ(int one, int other) => one != 0 && other != 0 && one != other;
}
