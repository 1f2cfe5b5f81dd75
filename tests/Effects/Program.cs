using Floe.Tests.Effects.Files;

namespace Floe.Tests.Effects;

/// <summary>The test assembly started as a program: the other process of tests that stop or measure one.</summary>
public static class Program
{
    public static int Main(string[] args) => args switch
    {
        ["write-until-stopped", string folder] => KilledWriterTests.WriteUntilStopped(folder),
        ["loaded", .. string[] line] => Cli.OfflineTests.Loaded(line),
        ["signals", string kind, string folder] => Cli.SignalTests.Work(kind, folder),
        ["engine-loading", string what] => Engine.EngineLoading.Work(what),
        ["wrong-inputs", string first] => WrongInputs.WrongInputTests.Work(first),
        ["contract", string what] => Engine.TorchErrorContract.Work(what),
        ["study-appends", string file, string worker, string appends] =>
            Studies.StudyLoad.Append(file, worker, int.Parse(appends, System.Globalization.CultureInfo.InvariantCulture)),
        ["first-call"] => Engine.FirstCallTests.Work(),
        ["parquet-mutants"] => Parquet.ArrowOracleTests.Mutants(),
        ["study-holds", string address] => Studies.PostgresStoreTests.Hold(address),
        _ => 2,
    };
}
