using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>
/// Whether files that are used together are of one model, one adapter and one sample: the one comparison, wherever two of them meet. What a
/// file does not say is not held against it; a file that names its model by its weights, and no adapter, is of the base model.
/// </summary>
internal static class Origins
{
    private const string AdapterHash = ", SHA-256 ";

    /// <summary>Compares model, adapter and sample.</summary>
    /// <param name="path">A file.</param>
    /// <param name="mine">What it says of itself.</param>
    /// <param name="others">What it is used with, such as <c>the scores</c>.</param>
    /// <param name="theirs">What that says of itself.</param>
    /// <param name="remedy">What to do.</param>
    /// <returns>Unit, or <see cref="FloeError.BadData"/> naming both.</returns>
    public static Either<FloeError, Unit> Same(string path, TableMetadata mine, string others, TableMetadata theirs, string remedy) =>
        from model in SameModel(path, mine, others, theirs, remedy)
        from adapter in SameAdapter(path, mine, others, theirs, remedy)
        from sample in WithinSample(path, mine, others, theirs, remedy)
        select sample;

    /// <summary>Compares the models; see <see cref="ModelIdentity.Against"/>.</summary>
    /// <param name="path">A file.</param>
    /// <param name="mine">What it says of itself.</param>
    /// <param name="others">What it is used with.</param>
    /// <param name="theirs">What that says of itself.</param>
    /// <param name="remedy">What to do.</param>
    public static Either<FloeError, Unit> SameModel(string path, TableMetadata mine, string others, TableMetadata theirs, string remedy) =>
        (
        from one in mine.Model
        from other in theirs.Model
        from apart in one.Against(other)
        select new FloeError.BadData(
            $"{path}, metadata {ModelIdentity.ModelKey}", $"the model of {others}, {apart.Other}", apart.This, remedy))
            .Match(
            Some: Left<FloeError, Unit>,
            None: () => unit);

    /// <summary>Compares the adapters that the models carried.</summary>
    /// <param name="path">A file.</param>
    /// <param name="mine">What it says of itself.</param>
    /// <param name="others">What it is used with.</param>
    /// <param name="theirs">What that says of itself.</param>
    /// <param name="remedy">What to do.</param>
    public static Either<FloeError, Unit> SameAdapter(string path, TableMetadata mine, string others, TableMetadata theirs, string remedy)
    {
        bool same = (from one in mine.Adapter from other in theirs.Adapter select IsSame(one, other))
            .IfNone(() => mine.Adapter.IsSome == theirs.Adapter.IsSome || !Known(mine) || !Known(theirs));
        return same
            ? unit
            : new FloeError.BadData(
                $"{path}, metadata floe.adapter", $"the adapter of {others}, {theirs.Adapter.IfNone("none")}", mine.Adapter.IfNone("none"),
                    remedy);
    }

    /// <summary>Whether a file is of the sample of another one, or of a part of it.</summary>
    /// <param name="path">A file.</param>
    /// <param name="mine">What it says of itself.</param>
    /// <param name="others">What it is used with.</param>
    /// <param name="theirs">What that says of itself.</param>
    /// <param name="remedy">What to do.</param>
    public static Either<FloeError, Unit> WithinSample(
        string path, TableMetadata mine, string others, TableMetadata theirs, string remedy) =>
        (from one in mine.Data from other in theirs.Data select SampleNames.Within(one, other)).IfNone(true)
            ? unit
            : new FloeError.BadData($"{path}, metadata floe.data", $"the sample of {others}, or a part of it", "another sample", remedy);

    /// <summary>How <c>floe.adapter</c> names an adapter.</summary>
    /// <param name="words">What it is, such as <c>hydra on 30 layers</c>.</param>
    /// <param name="sha256">SHA-256 of its plan and weights.</param>
    internal static string AdapterName(string words, string sha256) => words + AdapterHash + sha256;

    // Tables of an earlier version have the words alone.
    private static bool IsSame(string one, string other) =>
        one == other || ((!one.Contains(AdapterHash, StringComparison.Ordinal) || !other.Contains(AdapterHash, StringComparison.Ordinal))
            && one.Split(AdapterHash)[0] == other.Split(AdapterHash)[0]);

    private static bool Known(TableMetadata metadata) => metadata.Model.Exists(model => model.Sha256.Length > 0);
}
