using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// A GGUF file's tensors under Hugging Face names. For LLaMA, llama.cpp's converter stores the rows of q and k with rotary pairs beside each
/// other: row h·d + p·d/2 + j lies at h·d + 2j + p. They are read back into the half-split order.
/// </summary>
internal sealed class GgufWeights : IWeightSource
{
    private readonly GgufFile file;
    private readonly DecoderConfig config;
    private readonly Dictionary<string, string> stored;

    private GgufWeights(GgufFile file, DecoderConfig config, Dictionary<string, string> stored)
    {
        (this.file, this.config, this.stored) = (file, config, stored);
        Tensors = stored.ToDictionary(n => n.Key, n => file.Tensors[n.Value] with { Name = n.Key }, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The weights of an opened file; it is closed with them. Names that no LLaMA has stay as they are.</summary>
    public static GgufWeights Of(GgufFile file, DecoderConfig config)
    {
        Dictionary<string, string> stored = new(StringComparer.Ordinal);
        foreach (string name in file.Tensors.Keys.Where(name => !GgufDecoder.IsConfiguration(name)))
        {
            string mapped = GgufNames.ToHuggingFace(name);
            stored[stored.ContainsKey(mapped) ? name : mapped] = name;
        }

        return new GgufWeights(file, config, stored);
    }

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        if (!stored.TryGetValue(name, out string? inFile))
        {
            return new FloeError.BadData(file.Path, $"a tensor for {name}", $"{stored.Count} others", "Check that this is the right file.");
        }

        return IsRotary(name) ? file.ReadRows(inFile, RotaryRow, destination) : file.ReadFloat32(inFile, destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static bool IsRotary(string name) =>
        name.Contains(".self_attn.q_proj.", StringComparison.Ordinal) || name.Contains(".self_attn.k_proj.", StringComparison.Ordinal);

    private int RotaryRow(int row) => RotaryOrder.HalfSplitRow(row, config.HeadDim);
}
