using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats.Families;
using LanguageExt;

namespace Floe.Effects.Formats.Gguf;

/// <summary>
/// A GGUF file's tensors under Hugging Face names and as Hugging Face stores them. For LLaMA, llama.cpp's converter stores the rows of q
/// and k with rotary pairs beside each other: row h·d + p·d/2 + j lies at h·d + 2j + p. They are read back into the half-split order. For
/// Gemma it stores 1 + w of a norm.
/// </summary>
internal sealed class GgufWeights : IWeightSource
{
    private readonly GgufFile file;
    private readonly DecoderConfig config;
    private readonly bool rotaryPairs;
    private readonly IReadOnlyDictionary<string, string> stored;

    private GgufWeights(GgufFile file, DecoderConfig config, IReadOnlyDictionary<string, string> stored)
    {
        (this.file, this.config, this.stored) = (file, config, stored);
        rotaryPairs = ModelFamilies.FormOf(config).RotaryPairs;
        Tensors = stored.ToDictionary(n => n.Key, n => file.Tensors[n.Value] with { Name = n.Key }, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>A model's weights; the file is closed with them. Names that the decoder has no tensor for stay as they are.</summary>
    public static GgufWeights Of(GgufFile file, DecoderConfig config)
    {
        Dictionary<string, string> stored = new(StringComparer.Ordinal);
        foreach (string name in file.Tensors.Keys.Where(name => !GgufRope.IsConfiguration(name)))
        {
            string mapped = GgufNames.ToHuggingFace(name, config);
            stored[stored.ContainsKey(mapped) ? name : mapped] = name;
        }

        return Of(file, config, stored);
    }

    /// <summary>Tensors under given names.</summary>
    /// <param name="file">The opened file; closed with the result.</param>
    /// <param name="config">The model that they belong to, for the rotary order.</param>
    /// <param name="stored">The file's name of each Hugging Face or PEFT name.</param>
    public static GgufWeights Of(GgufFile file, DecoderConfig config, IReadOnlyDictionary<string, string> stored) =>
        new(file, config, stored);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination) =>
        Tensors.GetValueOrDefault(name)?.Misfit(file.Path, destination.Length) is { } wrong ? wrong : ReadRows(name, 0, destination);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadRows(string name, long first, Span<float> destination)
    {
        if (!stored.TryGetValue(name, out string? inFile))
        {
            return new FloeError.BadData(file.Path, $"a tensor for {name}", $"{stored.Count} others", "Check that this is the right file.");
        }

        if (rotaryPairs && IsRotary(name))
        {
            return ReadRotary(inFile, first, destination);
        }

        Either<FloeError, Unit> read = file.ReadRows(inFile, first, destination);
        if (config.OffsetNorms && name.EndsWith("norm.weight", StringComparison.Ordinal))
        {
            foreach (ref float weight in destination)
            {
                weight -= 1f;
            }
        }

        return read;
    }

    private Either<FloeError, Unit> ReadRotary(string inFile, long first, Span<float> destination)
    {
        int columns = (int)file.Tensors[inFile].Columns;
        for (int row = 0; row < destination.Length / columns; row++)
        {
            long at = RotaryOrder.InterleavedRow(first + row, config.HeadDim);
            if (file.ReadRows(inFile, at, destination.Slice(row * columns, columns)).Failed(out FloeError? error, out _))
            {
                return error;
            }
        }

        return Prelude.unit;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>The rows of q and k, and of a LoRA's B on them; the rows of A are ranks.</summary>
    private static bool IsRotary(string name) =>
        (Of(name, Projection.Query) || Of(name, Projection.Key))
        && !name.Contains(".lora_A.", StringComparison.Ordinal);

    private static bool Of(string name, Projection projection) =>
        name.Contains($".{DecoderLayout.WithinLayer(projection)}.", StringComparison.Ordinal);
}
