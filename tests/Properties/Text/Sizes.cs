using Floe.Domain.Text;
using Floe.Domain.Training;

namespace Floe.Tests.Properties.Text;

/// <summary>What the cases of the laws on text and training are counted as.</summary>
internal static class Sizes
{
    public static string Of<T>(T value) => value switch
    {
        string text => $"{text.Length / 20 * 20:D3}+ characters",
        SampleOrder order => $"{order.Count / 20 * 20:D2}+ samples",
        Schedule schedule => $"{schedule.WarmUp}, {schedule.Decay}",
        ValueTuple<TextSample, int> sample =>
            $"{(sample.Item1.Prompt.Length + sample.Item1.Completion.Length) / 20 * 20:D3}+ characters cut at {sample.Item2 / 20 * 20}+",
        int[] ids => $"{ids.Length:D2} ids",
        _ => "other",
    };
}
