using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Collection;
using Floe.Effects.Models;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Stages;

/// <summary>Tuning equations as a file: collected with the model, and read without it where they are of the selection's model and
/// stream.</summary>
public static class StoredEquations
{
    private const string Again = "Collect the equations with the scores: floe collect --equations.";

    /// <summary>Collects the tuning equations of the unmasked model and writes them: any masks of any budget can be tuned from them without
    /// the model.</summary>
    /// <param name="path">The file; large, since it holds a matrix a component.</param>
    /// <param name="model">The base model.</param>
    /// <param name="adapters">The adapted model's modules; null for the base model.</param>
    /// <param name="samples">The text.</param>
    /// <param name="metadata">What the table says of itself.</param>
    /// <param name="report">Takes progress.</param>
    public static Either<FloeError, Unit> Write(
        string path, OpenedModel model, AdapterSet? adapters, IReadOnlyList<TokenizedSample> samples, TableMetadata metadata,
            Action<StageProgress> report) =>
        NormalTables.Write(
            path,
            add => TeacherEquations.Run(
                model.Decoder, adapters, samples, (layer, component, equations) =>
                    add(new NormalBlock(layer, component, equations)), report),
            NormalStream.Teacher,
            new TuningOptions().Ridge,
            metadata);

    /// <summary>How a selection's masks are tuned by the equations of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What it says of itself. What it does not say is not held against it.</param>
    /// <param name="scores">What the score table says of itself.</param>
    /// <param name="shape">The shape of the selection's masks.</param>
    /// <returns>The form and the file's λ, or the first thing that does not fit.</returns>
    internal static Either<FloeError, TuningOptions> Options(string path, NormalHeader header, TableMetadata scores, ModelShape shape) =>
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
