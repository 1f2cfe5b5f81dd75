using Floe.Tests.Effects.Files;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>What <c>./floe</c> decides before the tool starts.</summary>
public sealed class LauncherTests : IDisposable
{
    private const string Version = "share/cmake/Torch/TorchConfigVersion.cmake";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Another_version_of_LibTorch_asks_for_another_build_of_the_native_part()
    {
        string older = Key(Install("older", "1.13"));
        Assert.Matches("^[0-9a-f]{16}$", older);
        Assert.Equal(older, Key(scratch.At("older")));
        Assert.NotEqual(older, Key(Install("newer", "2.6.0")));
        Assert.NotEqual(older, Key(Install("older", "2.6.0")));
    }

    [Fact]
    public void The_first_LibTorch_of_the_prefix_path_is_the_one_that_CMake_takes()
    {
        Install("second", "2.6.0");
        Assert.Equal(scratch.At("second", Version) + "\n", Setup($"{scratch.At("first")}:{scratch.At("second")}", "torch_version_file"));
    }

    [Theory]
    [InlineData("select scores.parquet")]
    [InlineData("corpus --out corpus")]
    [InlineData("tokenizer train corpus/pretrain.jsonl")]
    [InlineData("adapt --help")]
    public void A_command_that_computes_with_no_tensor_installs_no_LibTorch(string line) => Assert.Equal(1, NeedsTorch(line));

    [Theory]
    [InlineData("adapt --model m")]
    [InlineData("quickstart")]
    public void A_command_that_loads_a_model_installs_it(string line) => Assert.Equal(0, NeedsTorch(line));

    // The launcher's own lines from its list to the end of the function.
    private static int NeedsTorch(string line) => FloeProcess.Shell($"source <(sed -n '/^offline=/,/^}}/p' ./floe); needs_torch {line}").Code;

    [Fact]
    public void ATorchInsidePythonCountsWhereItHasWhatIsBuiltAgainst()
    {
        Directory.CreateDirectory(scratch.At("site", "torch"));
        File.WriteAllText(scratch.At("site", "torch", "__init__.py"), "raise ImportError('only looked for, not imported')");
        string line = $"root=$PWD; source scripts/setup.sh; PYTHONPATH='{scratch.At("site")}' python_torch_version_file";
        Assert.Equal((1, ""), (FloeProcess.Shell(line).Code, FloeProcess.Shell(line).Out));
        Install("site/torch", "2.6.0");
        Assert.Equal((0, scratch.At("site", "torch", Version) + "\n"), (FloeProcess.Shell(line).Code, FloeProcess.Shell(line).Out));
    }

    private string Install(string name, string version)
    {
        string file = scratch.At(name, Version);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, version);
        return scratch.At(name);
    }

    private static string Key(string prefix) => Setup(prefix, "native_key").TrimEnd();

    private static string Setup(string prefix, string function)
    {
        FloeProcess run = FloeProcess.Shell($"set -euo pipefail; root=$PWD; source scripts/setup.sh; CMAKE_PREFIX_PATH='{prefix}' {function}");
        Assert.True(run.Code == 0, run.Error);
        return run.Out;
    }
}
