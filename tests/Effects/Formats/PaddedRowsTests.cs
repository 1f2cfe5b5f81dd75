using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Models;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>A checkpoint whose embedding has other rows than its configuration says tokens.</summary>
public sealed class PaddedRowsTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PaddingIsNotReadWhateverTheHead(bool tied)
    {
        DecoderConfig stored = TinyDecoder.Config with { TiedEmbeddings = tied };
        using Checkpoint whole = TinyDecoder.Right(Open(stored, stored.Vocabulary));
        using Checkpoint cut = TinyDecoder.Right(Open(stored, stored.Vocabulary - 5));
        Assert.Equal(stored.Vocabulary - 5, cut.Config.Vocabulary);
        foreach (string name in tied ? new[] { DecoderLayout.Embedding } : [DecoderLayout.Embedding, DecoderLayout.Head])
        {
            Assert.Equal(stored.Vocabulary - 5, cut.Weights.Tensors[name].Shape[0]);
            float[] all = new float[whole.Weights.Tensors[name].Elements], some = new float[cut.Weights.Tensors[name].Elements];
            TinyDecoder.Right(whole.Weights.ReadFloat32(name, all));
            TinyDecoder.Right(cut.Weights.ReadFloat32(name, some));
            Assert.Equal(all[..some.Length], some);
        }
    }

    [Fact]
    public void TooFewRowsAreSaidWithBothNumbers()
    {
        FloeError error = TinyDecoder.Left(Open(TinyDecoder.Config, TinyDecoder.Config.Vocabulary + 1));
        Assert.Contains("38", error.Message, StringComparison.Ordinal);
        Assert.Contains("37", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreRowsThanPaddingExplainsAreSaidWithBothNumbers()
    {
        FloeError error = TinyDecoder.Left(Open(TinyDecoder.Config, 7));
        Assert.Contains("[7, 20]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[37, 20]", error.Message, StringComparison.Ordinal);
    }

    private LanguageExt.Either<FloeError, Checkpoint> Open(DecoderConfig stored, int vocabulary)
    {
        string folder = scratch.At($"{stored.TiedEmbeddings}-{vocabulary}"), config = Path.Combine(folder, ConfigFile.Name);
        TinyDecoder.With(stored, (source, _) => TinyDecoder.Right(CheckpointWriter.Write(folder, stored, ElementType.F32, name =>
        {
            float[] values = new float[source.Tensors[name].Elements];
            TinyDecoder.Right(source.ReadFloat32(name, values));
            return values;
        })));
        File.WriteAllText(
            config, File.ReadAllText(config)
                .Replace($"\"vocab_size\": {stored.Vocabulary}", $"\"vocab_size\": {vocabulary}", StringComparison.Ordinal));
        return Checkpoints.Open(folder);
    }
}
