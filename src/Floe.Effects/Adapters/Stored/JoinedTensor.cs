using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;

namespace Floe.Effects.Adapters.Stored;

/// <summary>One stored tensor that holds all tensors of a plan side by side, in the plan's order: their columns one after the
/// other.</summary>
/// <param name="Name">Its name.</param>
internal sealed record JoinedTensor(string Name)
{
    /// <summary>The stored tensor.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The base model, for the widths.</param>
    /// <param name="values">Values of a tensor of the plan.</param>
    public OutgoingTensor Of(AdapterPlan plan, DecoderConfig model, Func<string, ReadOnlyMemory<float>> values)
    {
        (string Name, Arr<long> Shape)[] parts = [.. AdapterLayout.TensorsOf(plan, model)];
        return OutgoingTensor.Float32(Name, Shape(parts), () => Together(parts, values));
    }

    /// <summary>The values of the stored tensor.</summary>
    internal static float[] Together(IReadOnlyList<(string Name, Arr<long> Shape)> parts, Func<string, ReadOnlyMemory<float>> values)
    {
        (long rows, long width) = (parts[0].Shape[0], parts.Sum(part => part.Shape[1]));
        float[] whole = new float[rows * width];
        int at = 0;
        foreach ((string name, Arr<long> shape) in parts)
        {
            ReadOnlySpan<float> part = values(name).Span;
            for (int row = 0; row < rows; row++)
            {
                part.Slice(row * (int)shape[1], (int)shape[1]).CopyTo(whole.AsSpan((int)((row * width) + at)));
            }

            at += (int)shape[1];
        }

        return whole;
    }

    /// <summary>The tensors of a plan out of the stored one. Errors: none of that name, another shape, tensors beside it.</summary>
    /// <param name="at">The file.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The base model, for the widths.</param>
    /// <param name="file">The file's tensors; disposed with the answer.</param>
    public Either<FloeError, IWeightSource> Apart(string at, AdapterPlan plan, DecoderConfig model, IWeightSource file)
    {
        (string Name, Arr<long> Shape)[] parts = [.. AdapterLayout.TensorsOf(plan, model)];
        string? other = file.Tensors.Keys.Where(name => name != Name).Order(StringComparer.Ordinal).FirstOrDefault();
        return file.Tensors.TryGetValue(Name, out StoredTensor? stored) && other is null && stored.Shape == Shape(parts)
            ? new JoinedWeights(file, Name, parts)
            : new FloeError.BadData(
                $"{at}: {other ?? Name}",
                $"one tensor {Name} of shape [{string.Join(", ", Shape(parts))}], as the base model's layers and key and value heads "
                    + "ask for",
                other is not null ? "another tensor" : stored is null ? "none" : $"[{string.Join(", ", stored.Shape.Take(8))}]",
                "Check that configuration, tensors and base model belong together.");
    }

    /// <summary>Leaves of a configuration what PEFT's prompt methods have, and adds what they share.</summary>
    internal static void OnlyPromptKeys(JsonObject config, int tokens)
    {
        foreach (string other in (string[])["fan_in_fan_out", "modules_to_save", "target_modules"])
        {
            config.Remove(other);
        }

        config["num_transformer_submodules"] = 1;
        config["num_virtual_tokens"] = tokens;
    }

    /// <summary>What the configuration of one of PEFT's prompt methods says.</summary>
    internal static Either<FloeError, AdapterConfig> ReadPrompt(
        StoredConfig file, string[] keys, Func<int, AdapterKind> kind, Arr<Projection> modules, Option<Arr<int>> fixedLayers)
    {
        Settings read = file.Read;
        int tokens = read.Whole("num_virtual_tokens", 1, 1 << 20), submodules = read.Whole("num_transformer_submodules", 1, 2, 1);
        read.Refuse(submodules != 1, "num_transformer_submodules", "virtual tokens of an encoder and a decoder", "1");
        string baseModel = file.BaseModel;
        return from sound in file.Only(keys)
               from chosen in file.Layers("layers_to_transform")
               select new AdapterConfig(
                   kind(tokens), baseModel, 1, 1.0, 0.0, 1, false, new TargetModules.Names(modules.Map(module => module.Name())),
                   fixedLayers.IsSome ? fixedLayers : chosen, Arr<(string, int)>.Empty, Arr<(string, double)>.Empty,
                   Arr<(string, int)>.Empty);
    }

    private static Arr<long> Shape((string Name, Arr<long> Shape)[] parts) =>
        Prelude.Array(parts[0].Shape[0], parts.Sum(part => part.Shape[1]));
}

/// <summary>Columns of one stored tensor as tensors of their own.</summary>
/// <param name="file">Where it is; disposed with this.</param>
/// <param name="whole">Its name.</param>
/// <param name="parts">Names and shapes, in the order of the columns.</param>
internal sealed class JoinedWeights(IWeightSource file, string whole, IReadOnlyList<(string Name, Arr<long> Shape)> parts) : IWeightSource
{
    private float[]? values;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; } = parts.ToDictionary(
        part => part.Name, part => new StoredTensor(part.Name, file.Tensors[whole].StoredType, part.Shape), StringComparer.Ordinal);

    /// <inheritdoc/>
    public Either<FloeError, Unit> ReadFloat32(string name, Span<float> destination)
    {
        if (values is null)
        {
            float[] all = new float[file.Tensors[whole].Elements];
            if (file.ReadFloat32(whole, all).Failed(out FloeError? error, out _))
            {
                return error;
            }

            values = all;
        }

        int rows = (int)parts[0].Shape[0], width = values.Length / rows;
        int at = parts.TakeWhile(part => part.Name != name).Sum(part => (int)part.Shape[1]), columns = destination.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            values.AsSpan((row * width) + at, columns).CopyTo(destination[(row * columns)..]);
        }

        return Unit.Default;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
