using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Models;

/// <summary>The inputs of a fixture: padded token ids with their attention mask, and labels where it has them.</summary>
/// <param name="Ids">[rows][columns].</param>
/// <param name="Mask">Same shape; 1 on real tokens. All ones where the fixture has no mask.</param>
/// <param name="Labels">Same shape; −100 where not supervised. Equal to the ids where the fixture has no labels.</param>
internal sealed record PaddedInputs(long[][] Ids, long[][] Mask, long[][] Labels)
{
    public int Rows => Ids.Length;

    public int Columns => Ids[0].Length;

    /// <summary>Columns of the real tokens of a row.</summary>
    public int[] Real(int row) => [.. Enumerable.Range(0, Columns).Where(c => Mask[row][c] == 1)];

    public IReadOnlyList<ReadOnlyMemory<int>> Sequences =>
        [.. Enumerable.Range(0, Rows).Select(r => (ReadOnlyMemory<int>)Real(r).Select(c => (int)Ids[r][c]).ToArray())];

    public IReadOnlyList<TokenizedSample> Samples => [.. Enumerable.Range(0, Rows).Select(r => new TokenizedSample(
        toArray(Real(r).Select(c => (int)Ids[r][c])), toArray(Real(r).Select((c, at) => at > 0 && Labels[r][c] != -100))))];

    public static Either<FloeError, PaddedInputs> Read(string path, string prefix = "") => SafetensorsFile.Open(path).Bind(file =>
    {
        using (file)
        {
            int columns = (int)file.Tensors[prefix + "input_ids"].Shape.Last();
            return from ids in file.Integers(prefix + "input_ids")
                   from mask in file.Tensors.ContainsKey(prefix + "attention_mask")
                       ? file.Integers(prefix + "attention_mask")
                       : ids.Select(_ => 1L).ToArray()
                   from labels in file.Tensors.ContainsKey(prefix + "labels") ? file.Integers(prefix + "labels") : ids
                   select new PaddedInputs([.. ids.Chunk(columns)], [.. mask.Chunk(columns)], [.. labels.Chunk(columns)]);
        }
    });
}
