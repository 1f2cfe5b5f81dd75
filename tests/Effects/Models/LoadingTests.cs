using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>Weights are loaded in pieces: besides themselves they take one piece of memory, whatever their size.</summary>
public class LoadingTests
{
    private const long PieceBytes = 16 << 20;

    // The width of a 7B model, and a matrix of several pieces that do not divide it.
    [Fact]
    public void NoReadIsLargerThanAPiece()
    {
        DecoderConfig wide = TinyDecoder.Config with { Vocabulary = 3001, Hidden = 4096, Layers = 1, Neurons = 11, TiedEmbeddings = true };
        using LiveTensors live = new();
        using Checkpoint checkpoint = new("wide", wide, new Counted(wide));
        using Decoder model = TinyDecoder.Right(DecoderLoading.Load(checkpoint, CPU));
        float[] values = TinyDecoder.Right(TensorEdge.Run("test", () => DecoderValues.Of(model, DecoderLayout.Embedding)));
        for (int row = 0; row < wide.Vocabulary; row++)
        {
            Assert.Equal(row, values[row * wide.Hidden]);
            Assert.Equal(row + 0.5f, values[(row * wide.Hidden) + wide.Hidden - 1]);
        }
    }

    [Fact]
    public void AnErrorOfALaterPieceIsTheAnswerAndNothingIsLeft()
    {
        DecoderConfig wide = TinyDecoder.Config with { Vocabulary = 3001, Hidden = 4096, Layers = 1, Neurons = 11 };
        using LiveTensors live = new();
        using Checkpoint checkpoint = new("wide", wide, new Counted(wide) { FailsAt = 2000 });
        Assert.Equal("row 2000", Assert.IsType<FloeError.BadData>(TinyDecoder.Left(DecoderLoading.Load(checkpoint, CPU))).Where);
    }

    private sealed class Counted(DecoderConfig config) : IWeightSource
    {
        public long FailsAt { get; init; } = long.MaxValue;

        public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } =
            DecoderLayout.TensorsOf(config).ToDictionary(t => t.Name, t => new StoredTensor(t.Name, "F32", t.Shape));

        public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) =>
            throw new Xunit.Sdk.XunitException("a tensor was read whole");

        // Each row holds its number, and half more in its last place.
        public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination)
        {
            Assert.True(destination.Length * sizeof(float) <= PieceBytes);
            int columns = (int)Tensors[name].Columns;
            for (int row = 0; row < destination.Length / columns; row++)
            {
                if (first + row >= FailsAt)
                {
                    return new FloeError.BadData($"row {FailsAt}", "a row", "none", "This is a test.");
                }

                destination.Slice(row * columns, columns).Fill(first + row);
                destination[(row * columns) + columns - 1] = first + row + 0.5f;
            }

            return unit;
        }

        public void Dispose()
        {
        }
    }
}
