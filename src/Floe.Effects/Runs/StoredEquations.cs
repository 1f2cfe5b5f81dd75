using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Runs;

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
        from model in Model(path, header.Metadata, scores)
        from same in Shape(path, header.Metadata, shape)
        from adapter in Adapter(path, header.Metadata, scores)
        let usual = new TuningOptions(TuningMode.Teacher)
        select usual with { Ridge = header.Ridge.IfNone(usual.Ridge) };

    private static Either<FloeError, Unit> Stream(string path, NormalHeader header) => header.Stream == Some(NormalStream.Student)
        ? new FloeError.BadData(
            $"{path}, metadata {NormalHeader.StreamKey}",
            "`teacher`, the stream of the unmasked model, which serves any masks",
            "`student`, which serves the masks it was collected with",
            "Collect with floe collect --equations, or tune with the model: floe tune.")
        : unit;

    private static Either<FloeError, Unit> Model(string path, TableMetadata equations, TableMetadata scores)
    {
        Option<(string Mine, string Theirs)> apart =
            from mine in equations.Model from theirs in scores.Model from found in mine.Against(theirs) select found;
        return apart.Match(
            Some: found => Left<FloeError, Unit>(new FloeError.BadData(
                $"{path}, metadata floe.model", $"the model of the scores, {found.Theirs}", found.Mine, Again)),
            None: () => unit);
    }

    // A width of 0 is not known.
    private static Either<FloeError, Unit> Shape(string path, TableMetadata equations, ModelShape shape) => equations.Shape
        .Filter(s => (s.Layers, s.Heads, s.Neurons) != (shape.Layers, shape.Heads, shape.Neurons)
            || Differ(s.KvHeads, shape.KvHeads) || Differ(s.Hidden, shape.Hidden) || Differ(s.HeadDim, shape.HeadDim))
        .Match(
            Some: found => Left<FloeError, Unit>(new FloeError.BadData(
                $"{path}, metadata floe.shape", $"the shape of the scores, {ShapeJson.Write(shape)}", ShapeJson.Write(found), Again)),
            None: () => unit);

    // A table that names its model by its weights, and no adapter, is of the base model.
    private static Either<FloeError, Unit> Adapter(string path, TableMetadata equations, TableMetadata scores) =>
        equations.Adapter == scores.Adapter
        || ((equations.Adapter.IsNone || scores.Adapter.IsNone) && (Known(equations).IsNone || Known(scores).IsNone))
            ? unit
            : new FloeError.BadData(
                $"{path}, metadata floe.adapter", $"the adapter of the scores, {scores.Adapter.IfNone("none")}", equations.Adapter.IfNone("none"), Again);

    private static Option<ModelIdentity> Known(TableMetadata metadata) => metadata.Model.Filter(model => model.Sha256.Length > 0);

    private static bool Differ(int one, int other) => one != 0 && other != 0 && one != other;
}
