using Floe.Effects.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Collection;

/// <summary>What the residual stream shows about layers during the forward pass, one sample at a time.</summary>
/// <param name="layers">L.</param>
/// <param name="samples">Samples whose last token is kept for CKA.</param>
internal sealed class StreamStatistics(int layers, int samples)
{
    private readonly double[] added = new double[layers];
    private readonly long[] tokens = new long[layers];
    private readonly double[][][] last = [.. Enumerable.Range(0, layers + 1).Select(_ => new double[samples][])];

    /// <summary>Takes a layer's input and output, [T, d], for one sample.</summary>
    public void Add(int layer, int sample, Tensor input, Tensor output)
    {
        using DisposeScope scope = NewDisposeScope();
        added[layer] += output.sub(input).square().sum(1L, type: ScalarType.Float64).sqrt().sum().item<double>();
        tokens[layer] += input.size(0);
        if (sample < samples)
        {
            last[layer][sample] = Tensors.Doubles(input.select(0, input.size(0) - 1));
            last[layer + 1][sample] = Tensors.Doubles(output.select(0, output.size(0) - 1));
        }
    }

    /// <summary>Mean over tokens of ‖output − input‖₂, one a layer.</summary>
    public double[] Activation() => [.. added.Zip(tokens, (sum, count) => sum / count)];

    /// <summary>1 − ‖YᵀX‖_F² / (‖XᵀX‖_F ‖YᵀY‖_F) with centred columns, X before and Y after the layer; NaN for fewer than two
    /// samples.</summary>
    public double[] OneMinusCka()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] grams = [.. last.Select(rows => CentredGram(rows))];
        return [.. Enumerable.Range(0, layers).Select(l => samples < 2 ? double.NaN : 1.0 - Alignment(grams[l], grams[l + 1]))];
    }

    // ‖YᵀX‖_F² = tr(XXᵀ YYᵀ), so n × n Gram matrices of the samples are enough.
    private static Tensor CentredGram(double[][] rows)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]).clone();
        Tensor centred = x.sub(x.mean([0L], keepdim: true));
        return centred.mm(centred.t()).MoveToOuterDisposeScope();
    }

    private static double Alignment(Tensor x, Tensor y) =>
        x.mul(y).sum().item<double>() / Math.Sqrt(x.square().sum().item<double>() * y.square().sum().item<double>());
}
