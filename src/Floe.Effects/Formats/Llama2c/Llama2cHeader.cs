using System.Buffers.Binary;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Llama2c;

/// <summary>
/// The start of a llama2.c checkpoint (karpathy/llama2.c, <c>export.py</c>): seven 32-bit sizes, in version 1 behind a magic number and
/// with a flag for a head of its own. The older form has neither; its vocabulary is negative where the head is its own.
/// </summary>
/// <param name="Version">0 or 1.</param>
/// <param name="Config">The decoder.</param>
/// <param name="DataStart">Where the numbers start, in bytes.</param>
internal sealed record Llama2cHeader(int Version, DecoderConfig Config, long DataStart)
{
    // "ak42", read as a little-endian number.
    private const uint Magic = 0x616b3432;
    private const int NewerBytes = 256, OlderBytes = 28, Sizes = 7;
    private const double Epsilon = 1e-5, Theta = 10000;
    private const string Expected = "a llama2.c checkpoint of version 0 or 1";

    /// <summary>Reads and checks the header; that its sizes are those of the file is checked by the table of tensors.</summary>
    /// <param name="file">The file.</param>
    public static Either<FloeError, Llama2cHeader> Read(RandomFile file)
    {
        byte[] start = new byte[Math.Min(NewerBytes, file.Length)];
        return file.Length < OlderBytes
            ? new FloeError.BadData(
                file.Path, Expected, $"{file.Length} bytes",
                    "Give a model: a folder with config.json, a .gguf file or a llama2.c .bin file.")
            : file.ReadAt(0, start)
                .Bind(_ => BinaryPrimitives.ReadUInt32LittleEndian(start) == Magic ? Newer(file, start) : Older(file, start));
    }

    private static Either<FloeError, Llama2cHeader> Newer(RandomFile file, byte[] start)
    {
        int version = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(sizeof(int)));
        return version != 1
            ? new FloeError.Unsupported(
                file.Path, $"a llama2.c checkpoint of version {version}", "versions 0 and 1", "Export the model with --version 1.")
            : start.Length < NewerBytes
                ? new FloeError.BadData(file.Path, $"a header of {NewerBytes} bytes", $"{start.Length}", "The file is cut: fetch it again.")
                : Of(file, 1, start.AsSpan(2 * sizeof(int)), tied: start[(2 + Sizes) * sizeof(int)] != 0, NewerBytes);
    }

    private static Either<FloeError, Llama2cHeader> Older(RandomFile file, byte[] start) =>
        Of(file, 0, start, tied: BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(5 * sizeof(int))) > 0, OlderBytes);

    private static Either<FloeError, Llama2cHeader> Of(RandomFile file, int version, ReadOnlySpan<byte> numbers, bool tied, long dataStart)
    {
        long[] sizes = new long[Sizes];
        for (int i = 0; i < Sizes; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32LittleEndian(numbers[(i * sizeof(int))..]);
        }

        (long hidden, long neurons, long layers, long heads, long groups, long vocabulary, long positions) =
            (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], version == 0 ? Math.Abs(sizes[5]) : sizes[5], sizes[6]);
        bool sound = System.Array.TrueForAll(
            [hidden, neurons, layers, heads, groups, vocabulary, positions], n => n is > 0 and <= int.MaxValue)
            && hidden % heads == 0 && heads % groups == 0 && hidden / heads % 2 == 0;
        return sound
            ? new Llama2cHeader(version, new DecoderConfig(
                "llama", (int)vocabulary, (int)hidden, (int)layers, (int)heads, (int)groups, (int)(hidden / heads), (int)neurons,
                    (int)positions,
                Epsilon, Theta, new RopeScaling.None(), tied, AttentionBias: false, MlpBias: false), dataStart)
            : new FloeError.BadData(
                file.Path, Expected, $"the sizes {string.Join(", ", sizes)}",
                    "Give a model: a folder with config.json, a .gguf file or a llama2.c .bin file.");
    }
}
