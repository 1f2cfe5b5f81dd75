using Floe.Cli.Commands;
using Floe.Cli.Shell;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Cli;

/// <summary>The embedded model, a small sample for it, and the command line inside this process.</summary>
internal static class Embedded
{
    /// <summary>Samples of <see cref="Sample"/>.</summary>
    public const int Samples = 12;

    /// <summary>The model that comes with the repository: 12 layers, a context of 128 tokens.</summary>
    public static string Model { get; } = Path.Combine(FixtureFolders.RepositoryRoot, "data", "default");

    /// <summary>Writes a few samples of a task.</summary>
    public static string Sample(Scratch scratch)
    {
        File.WriteAllLines(
            scratch.At("sample.jsonl"), File.ReadLines(Path.Combine(FixtureFolders.RepositoryRoot, "data", "tasks", "tags.jsonl"))
                .Take(Samples));
        return scratch.At("sample.jsonl");
    }

    /// <summary>Runs a command that must succeed.</summary>
    public static FloeProcess Done(params string[] args)
    {
        FloeProcess floe = Run(args);
        Assert.True(floe.Code == 0, floe.Error);
        return floe;
    }

    /// <summary>Runs a command.</summary>
    public static FloeProcess Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = Host.Run(
            args, Catalogue.Root, new Terminal(output, error, Colour: false, Live: false, Width: 100, CancellationToken.None));
        return new FloeProcess(code, output.ToString(), error.ToString());
    }

    /// <summary>A copy of the model's folder, to be damaged.</summary>
    public static string Copy(Scratch scratch, string name)
    {
        Directory.CreateDirectory(scratch.At(name));
        foreach (string file in Directory.GetFiles(Model))
        {
            File.Copy(file, scratch.At(name, Path.GetFileName(file)));
        }

        return scratch.At(name);
    }
}
