using System.Text.Json;
using Floe.Domain;
using LanguageExt;

namespace Floe.Tests.Effects.Fixtures;

/// <summary>Runs one fixture case and writes down how it ended, so that a run can show cases per group, refusals apart from
/// passes.</summary>
public static class FixtureCase
{
    private static readonly Lock Gate = new();

    /// <summary>
    /// Runs a case. <see cref="FloeError.Unsupported"/> is a refusal by name and is listed as such; every other error fails. A group that
    /// was not found is listed as absent, and fails where CI=true.
    /// </summary>
    /// <param name="group">The fixture group, such as <c>models</c>.</param>
    /// <param name="name">The case.</param>
    /// <param name="check">Reads and compares; asserts inside.</param>
    public static void Run(string group, string name, Func<Either<FloeError, Unit>> check)
    {
        if (name == FixtureFolders.Absent)
        {
            Record(group, name, "absent", FixtureFolders.Root);
            Xunit.Assert.False(
                Environment.GetEnvironmentVariable("CI") == "true", $"fixture group {group} was not found in {FixtureFolders.Root}");
            return;
        }

        try
        {
            FloeError? error = check().MatchUnsafe<FloeError?>(Right: _ => null, Left: e => e);
            if (error is FloeError.Unsupported refused)
            {
                Record(group, name, "refused", refused.Message);
                return;
            }

            Xunit.Assert.True(error is null, error?.Message);
            Record(group, name, "passed", "");
        }
        catch (Exception failure)
        {
            Record(group, name, "failed", failure.Message);
            throw;
        }
    }

    /// <summary>Lists a case that cannot run on this machine as absent; fails where CI=true.</summary>
    /// <param name="group">The group.</param>
    /// <param name="name">The case.</param>
    /// <param name="reason">What is missing.</param>
    public static void NotRun(string group, string name, string reason)
    {
        Record(group, name, "absent", reason);
        Xunit.Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"{group}, {name}: {reason}");
    }

    private static void Record(string group, string name, string outcome, string detail)
    {
        if (Environment.GetEnvironmentVariable("FLOE_TEST_LOG") is not { Length: > 0 } path)
        {
            return;
        }

        lock (Gate)
        {
            File.AppendAllText(path, JsonSerializer.Serialize(new { group, @case = name, outcome, detail }) + "\n");
        }
    }
}
