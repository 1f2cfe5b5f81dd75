using Floe.Domain;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Training;

/// <summary>Padded arrays of a training fixture as samples, and its final tensors as an assertion.</summary>
internal static class SampleRows
{
    public static Either<FloeError, IReadOnlyList<TokenizedSample>> Read(SafetensorsFile file, string prefix) =>
        from ids in file.Integers(prefix + "input_ids")
        from labels in file.Integers(prefix + "labels")
        from mask in file.Integers(prefix + "attention_mask")
        select Rows(ids, labels, mask, (int)file.Tensors[prefix + "input_ids"].Shape.Last());

    public static Unit AssertClose(IReadOnlyList<NamedTensor> tensors, SafetensorsFile final, double tolerance)
    {
        Assert.Equal(final.Tensors.Keys.Order(StringComparer.Ordinal), tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
        foreach (NamedTensor tensor in tensors)
        {
            double[] wanted = final.Doubles(tensor.Name).IfLeft([]);
            double off = Math.Sqrt(tensor.Values.ToArray().Zip(wanted, (a, b) => (a - b) * (a - b)).Sum());
            double size = Math.Sqrt(wanted.Sum(v => v * v));
            Assert.True(off <= tolerance * size, $"{tensor.Name}: relative distance {off / size:E2}");
        }

        return unit;
    }

    private static IReadOnlyList<TokenizedSample> Rows(long[] ids, long[] labels, long[] mask, int width) =>
    [
        .. Enumerable.Range(0, ids.Length / width).Select(row =>
        {
            int length = (int)mask.Skip(row * width).Take(width).Sum();
            return new TokenizedSample(
                toArray(ids.Skip(row * width).Take(length).Select(id => (int)id)),
                toArray(labels.Skip(row * width).Take(length).Select((label, i) => label >= 0 && i > 0)));
        }),
    ];
}
