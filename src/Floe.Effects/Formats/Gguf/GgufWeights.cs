using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// A GGUF file's tensors under Hugging Face names. For LLaMA, llama.cpp's converter stores the rows of q and k with rotary pairs beside each
/// other: row h·d + p·d/2 + j lies at h·d + 2j + p. They are read back into the half-split order.
/// </summary>
internal sealed class GgufWeights : IWeightSource
{
    private readonly GgufFile file;
    private readonly int headDim;
    private readonly IReadOnlyDictionary<string, string> stored;

    private GgufWeights(GgufFile file, int headDim, IReadOnlyDictionary<string, string> stored)
    {
        (this.file, this.headDim, this.stored) = (file, headDim, stored);
        Tensors = stored.ToDictionary(n => n.Key, n => file.Tensors[n.Value] with { Name = n.Key }, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>A model's weights; the file is closed with them. Names that no LLaMA has stay as they are.</summary>
    public static GgufWeights Of(GgufFile file, DecoderConfig config)
    {
        Dictionary<string, string> stored = new(StringComparer.Ordinal);
        foreach (string name in file.Tensors.Keys.Where(name => !GgufDecoder.IsConfiguration(name)))
        {
            string mapped = GgufNames.ToHuggingFace(name);
            stored[stored.ContainsKey(mapped) ? name : mapped] = name;
        }

        return Of(file, config.HeadDim, stored);
    }

    /// <summary>Tensors under given names.</summary>
    /// <param name="file">The opened file; closed with the result.</param>
    /// <param name="headDim">d of the model, for the rotary order.</param>
    /// <param name="stored">The file's name of each Hugging Face or PEFT name.</param>
    public static GgufWeights Of(GgufFile file, int headDim, IReadOnlyDictionary<string, string> stored) => new(file, headDim, stored);

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

    /// <summary>The rows of q and k, and of a LoRA's B on them; the rows of A are ranks.</summary>
    private static bool IsRotary(string name) =>
        (Of(name, Projection.Query) || Of(name, Projection.Key))
        && !name.Contains(".lora_A.", StringComparison.Ordinal);

    private static bool Of(string name, Projection projection) => name.Contains($".{DecoderLayout.WithinLayer(projection)}.", StringComparison.Ordinal);

    private int RotaryRow(int row) => RotaryOrder.HalfSplitRow(row, headDim);
}
