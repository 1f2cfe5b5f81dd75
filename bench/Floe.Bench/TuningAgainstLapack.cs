using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Floe.Domain.Masks;

namespace Floe.Bench;

/// <summary>Tuning of one layer from its normal equations beside LAPACK (numpy.linalg.solve) on the same systems: seconds, and the residual that is reached.</summary>
internal static class TuningAgainstLapack
{
    private const double Tolerance = 1e-9;

    public static int Run()
    {
        Console.WriteLine("| component | unknowns kept | Floe ms | LAPACK ms | residual, Floe | residual, LAPACK | relative difference |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        bool[] same = [Row("32 heads", 32, 7), Row("1,536 neurons", 1_536, 11)];
        return same.All(s => s) ? 0 : 5;
    }

    private static bool Row(string name, int units, int seed)
    {
        (NormalEquations equations, bool[] kept) = TuningBenchmarks.Equations(units, seed);
        TuningOptions options = new();
        NormalEquations system = equations.Restrict(kept, others: -1).Value();
        TuningStatus.Tuned tuned = (TuningStatus.Tuned)Tuning.Component(equations, kept, options).Value().Status;
        double seconds = Clock.Median(9, () => Tuning.Component(equations, kept, options));
        JsonElement twin = Twin(system, options.Ridge * system.MeanDiagonal());
        double other = twin.GetProperty("residual").GetDouble();
        double difference = Math.Abs(tuned.ResidualTuned - other) / other;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {system.Size} | {seconds * 1e3:F1} | {twin.GetProperty("seconds").GetDouble() * 1e3:F1} | {tuned.ResidualTuned:G12} | {other:G12} | {difference:E1} |"));
        return difference <= Tolerance;
    }

    private static JsonElement Twin(NormalEquations system, double shift)
    {
        int n = system.Size;
        double[] full = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                full[(i * n) + j] = full[(j * n) + i] = system.Gram[(int)NormalEquations.Packed(n, i, j)];
            }
        }

        string file = Path.GetTempFileName();
        try
        {
            double[] all = [system.Target, shift, .. system.Right, .. full];
            File.WriteAllBytes(file, MemoryMarshal.AsBytes(all.AsSpan()));
            return Peer.Run("tuning_numpy.py", [file]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
