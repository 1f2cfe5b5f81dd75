using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Selection;

/// <summary>Tuning against fixtures/tuning_lsq: every mode of the method, from normal equations built here out of W, x and x′.</summary>
[Trait("Category", "Fixtures")]
public sealed class TuningTests
{
    private const string Group = "tuning_lsq";

    public static TheoryData<string> Cases => FixtureFolders.Folders(Group);

    [Theory]
    [MemberData(nameof(Cases))]
    public void ClosedForms(string name) => FixtureCase.Run(Group, name, () =>
    {
        JsonElement json = CaseJson.Read(Group, name, "case.json");
        Problem problem = Problem.Of(json);
        bool[] kept = [.. json.GetProperty("binary_mask").Whole().Select(m => m == 1)];
        bool[] all = [.. kept.Select(_ => true)];

        // A singular system has many minimisers. A ridge picks the u of least norm, up to its own size; the eq17 entries hold the m of
        // least norm, so there only the objective is compared.
        bool singular = json.GetProperty("rank_A").GetInt32() < kept.Length;
        TuningOptions retained = new(TuningMode.Retained, singular ? 1e-8 : 0);
        double tolerance = singular ? 1e-6 : 1e-9;

        return from printed in Equations(problem.Columns(problem.X), json.GetProperty("b").Numbers())
               from exact in Equations(problem.Columns(problem.XPrime), problem.AllOnesResidual())
               from unrestricted in Tuning.Component(printed, kept, retained with { Mode = TuningMode.Printed })
               from fixedAtZero in Tuning.Component(printed, kept, retained)
               from remaining in printed.Restrict(kept, others: 0)
               from dropped in Tuning.Component(remaining, [.. kept.Where(k => k)], retained)
               from exactAll in Tuning.Component(exact, all, retained)
               from exactKept in Tuning.Component(exact, kept, retained)
               from ancestor in Tuning.Component(exact, kept, new TuningOptions(TuningMode.Ancestor))
               let first = Same(json, "unrestricted", unrestricted, tolerance, "residual_sq")
               let second = Same(json, "restricted_pruned_fixed_at_zero", fixedAtZero, tolerance, "residual_sq")
               let third = Same(json, "restricted_columns_dropped", WithZeros(kept, dropped), tolerance, "residual_sq")
               let fourth = Same(json, "eq17_exact_unrestricted", exactAll, tolerance, "eq17_objective_at_m", compareMasks: !singular)
               let fifth = Same(json, "eq17_exact_restricted", exactKept, tolerance, "eq17_objective_at_m", compareMasks: !singular)
               let sixth = Same(json, "rfp_damped_restricted", ancestor, tolerance, "eq17_objective_at_m")
               select BinaryObjective(json, exactKept, problem, kept);
    });

    private static Unit Same(
        JsonElement json, string name, ComponentTuning found, double tolerance, string objective, bool compareMasks = true)
    {
        JsonElement expected = json.GetProperty(name);
        double[] masks = expected.GetProperty("m").Numbers();
        Assert.Equal(masks.Length, found.Masks.Count);
        Assert.All(compareMasks ? masks.Zip(found.Masks) : [], pair => Assert.Equal(pair.Item1, pair.Item2, tolerance));
        TuningStatus.Tuned tuned = Assert.IsType<TuningStatus.Tuned>(found.Status);
        Assert.Equal(expected.Number(objective), tuned.ResidualTuned, tolerance * (1 + expected.Number(objective)));
        return unit;
    }

    private static Unit BinaryObjective(JsonElement json, ComponentTuning found, Problem problem, bool[] kept)
    {
        double expected = json.Number("eq17_objective_at_binary_mask");
        TuningStatus.Tuned tuned = Assert.IsType<TuningStatus.Tuned>(found.Status);
        Assert.Equal(expected, tuned.ResidualBinary, 1e-9 * (1 + expected));
        Assert.Equal(tuned.ResidualTuned, problem.Objective([.. found.Masks]), 1e-9 * (1 + expected));
        Assert.All(kept.Zip(found.Masks), pair => Assert.True(pair.Item1 || pair.Item2 == 0));
        return unit;
    }

    private static ComponentTuning WithZeros(bool[] kept, ComponentTuning tuning)
    {
        Queue<double> values = new(tuning.Masks);
        return tuning with { Masks = toArray(kept.Select(k => k ? values.Dequeue() : 0.0)) };
    }

    private static Either<FloeError, NormalEquations> Equations(double[][] columns, double[] b)
    {
        double[] gram = [.. Enumerable.Range(0, columns.Length).SelectMany(i => columns.Skip(i).Select(c => Dot(columns[i], c)))];
        return NormalEquations.Create(gram, [.. columns.Select(c => Dot(c, b))], Dot(b, b), columns[0].Length);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b).Sum(p => p.Item1 * p.Item2);

    /// <summary>W [N, d, d], x and x′ [T, d].</summary>
    private sealed record Problem(int N, int D, int T, double[] W, double[] X, double[] XPrime)
    {
        public static Problem Of(JsonElement json) => new(
            json.GetProperty(nameof(N)).GetInt32(),
            json.GetProperty("d").GetInt32(),
            json.GetProperty(nameof(T)).GetInt32(),
            json.GetProperty(nameof(W)).Numbers(),
            json.GetProperty("x").Numbers(),
            json.GetProperty("x_prime").Numbers());

        /// <summary>Column n: (W_n x_t)_i at row t·d + i.</summary>
        public double[][] Columns(double[] x) => [.. Enumerable.Range(0, N).Select(n => Enumerable.Range(0, T * D)
            .Select(row => Enumerable.Range(0, D).Sum(k => W[(((n * D) + (row % D)) * D) + k] * x[(row / D * D) + k])).ToArray())];

        /// <summary>(x − x′) + Σ W x − Σ W x′: b of method §6 at the all-ones mask.</summary>
        public double[] AllOnesResidual() => Residual([.. Enumerable.Repeat(1.0, N)]);

        /// <summary>Eq. 17 at a mask.</summary>
        public double Objective(double[] masks) => Residual(masks).Sum(r => r * r);

        private double[] Residual(double[] masks)
        {
            double[][] full = Columns(X);
            double[][] masked = Columns(XPrime);
            return [.. Enumerable.Range(0, T * D).Select(row =>
                X[row] - XPrime[row] + Enumerable.Range(0, N).Sum(n => full[n][row] - (masks[n] * masked[n][row])))];
        }
    }
}
