using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Abstractions;

namespace Floe.Tests.Properties;

/// <summary>
/// Runs a law over generated cases. FLOE_CASES sets how many (200 by default); a failure prints the shrunk counter-example and the seed,
/// which FLOE_REPLAY=seed,gamma runs again.
/// </summary>
internal static class Law
{
    private const int DefaultCases = 200;

    /// <summary>
    /// Checks a law. A case is telling when it could have broken the law; where fewer than one case in ten is, the law was not tested and
    /// fails.
    /// </summary>
    /// <param name="output">Where the sizes of the cases are listed.</param>
    /// <param name="cases">Cases with their shrinker.</param>
    /// <param name="holds">The law.</param>
    /// <param name="size">What the case is counted as.</param>
    /// <param name="telling">Whether the case can break the law; always, if not given.</param>
    public static void Check<T>(
        ITestOutputHelper output, Arbitrary<T> cases, Func<T, bool> holds, Func<T, string> size, Func<T, bool>? telling = null)
    {
        SortedDictionary<string, int> sizes = new(StringComparer.Ordinal);
        int told = 0;
        int run = 0;
        bool Counted(T value)
        {
            string label = size(value);
            sizes[label] = sizes.GetValueOrDefault(label) + 1;
            run++;
            told += telling?.Invoke(value) ?? true ? 1 : 0;
            return holds(value);
        }

        Config config = Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(Replayed);
        FsCheck.Check.One(config, Prop.ForAll(cases, (Func<T, bool>)Counted));
        output.WriteLine(string.Join('\n', sizes.Select(s => $"{s.Value,6} {s.Key}")));
        Xunit.Assert.True(told * 10 >= run, $"only {told} of {run} cases could have broken the law");
    }

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("FLOE_CASES"), CultureInfo.InvariantCulture, out int cases)
        ? cases
        : DefaultCases;

    private static FSharpOption<Replay>? Replayed
    {
        get
        {
            string[] parts = (Environment.GetEnvironmentVariable("FLOE_REPLAY") ?? "").Trim('(', ')').Split(',');
            return parts.Length >= 2
                && ulong.TryParse(parts[0], CultureInfo.InvariantCulture, out ulong seed)
                && ulong.TryParse(parts[1], CultureInfo.InvariantCulture, out ulong gamma)
                ? FSharpOption<Replay>.Some(new Replay(new Rnd(seed, gamma), FSharpOption<int>.None))
                : null;
        }
    }
}
