using Floe.Effects.Formats;
using Floe.Effects.Models;
using TorchSharp;

namespace Floe.Bench;

internal static class LoadedModel
{
    public static Decoder Open(string[] arguments)
    {
        string path = arguments.FirstOrDefault() ?? throw new InvalidOperationException("give the model: a folder or a GGUF file");
        using Checkpoint checkpoint = Checkpoints.Open(path).Value();
        return DecoderLoading.Load(checkpoint, torch.CPU).Value();
    }

    /// <summary>A fixed stream of token ids.</summary>
    public static int[] Stream(int count, int vocabulary)
    {
        ulong state = 42;
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
            ids[i] = (int)((state >> 33) % (ulong)vocabulary);
        }

        return ids;
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
