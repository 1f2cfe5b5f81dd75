using Floe.Effects.Formats;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>A GGUF file is one by its ending in any case, named itself or alone in a folder, for every reader that looks for one.</summary>
public sealed class GgufEndingTests : IDisposable
{
    private static readonly string[] Endings = [".gguf", ".GGUF", ".Gguf"];
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void EveryReaderTakesEveryEnding()
    {
        string model = Directory.GetFiles(FixtureFolders.At("gguf/model"), "*.gguf").Order(StringComparer.Ordinal).First();
        string[][] said = [.. Endings.Select(ending =>
        {
            string folder = Directory.CreateDirectory(scratch.At(ending)).FullName, file = Path.Combine(folder, "m" + ending);
            File.Copy(model, file);
            return new[]
            {
                Said(Checkpoints.Open(file).Map(Config)), Said(Checkpoints.Open(folder).Map(Config)),
                Said(Checkpoints.WeightFiles(folder).Map(files => string.Join(' ', files))),
                Said(TokenizerFile.Open(file).Map(read => read.Sha256)), Said(TokenizerFile.Open(folder).Map(read => read.Sha256)),
                Said(AdapterFolders.Open(file, Adapters.AdapterCase.Model).Map(read => read.Path)),
            }.Select(text => text.Replace(folder, "", StringComparison.Ordinal).Replace(ending, "", StringComparison.Ordinal)).ToArray();
        })];
        Assert.All(said, one => Assert.Equal(said[0], one));
        Assert.Equal(said[0][0], said[0][1]);
        Assert.Equal("/m", said[0][2]);
        Assert.Equal(said[0][3], said[0][4]);
    }

    private static string Config(Checkpoint checkpoint)
    {
        using (checkpoint)
        {
            return $"{checkpoint.Config}";
        }
    }

    private static string Said(Either<Floe.Domain.FloeError, string> read) => read.Match(Right: text => text, Left: error => error.Message);
}
