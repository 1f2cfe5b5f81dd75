using Floe.Domain;
using Floe.Domain.Adapters;
using LanguageExt;

namespace Floe.Effects.Formats.Adapters;

/// <summary>The tensors that an adapter plan consists of, and the comparison of a file with them.</summary>
public static class AdapterLayout
{
    private const int ShownProblems = 12;
    private const string Remedy = "Check that configuration, tensors and base model belong together.";

    /// <summary>All tensors of a plan: A, then the B matrices, then Hydra's router, module by module.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The base model, for the widths.</param>
    public static IEnumerable<(string Name, Arr<long> Shape)> TensorsOf(AdapterPlan plan, DecoderConfig model) =>
        from layer in plan.Layers
        from module in plan.Modules
        from tensor in OfModule(plan.Kind, layer, module, plan.RankOf(layer, module), DecoderLayout.SizeOf(model, module))
        select tensor;

    /// <summary>Compares a file's tensors with a plan; every missing, misshaped and unknown one is named.</summary>
    internal static Either<FloeError, Unit> Check(string at, AdapterPlan plan, DecoderConfig model, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        List<FloeError> problems = [];
        System.Collections.Generic.HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((string name, Arr<long> shape) in TensorsOf(plan, model))
        {
            known.Add(name);
            if (!tensors.TryGetValue(name, out StoredTensor? stored))
            {
                problems.Add(new FloeError.BadData($"{at}: {name}", $"a tensor of shape [{string.Join(", ", shape)}]", "none of that name", Remedy));
            }
            else if (stored.Shape != shape)
            {
                problems.Add(new FloeError.BadData($"{at}: {name}", $"the shape [{string.Join(", ", shape)}]", $"[{string.Join(", ", stored.Shape.Take(8))}]", Remedy));
            }

            if (problems.Count >= ShownProblems)
            {
                return Steps.AllOf(problems);
            }
        }

        problems.AddRange(tensors.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal).Take(ShownProblems)
            .Select(name => new FloeError.BadData($"{at}: {name}", "only tensors that the configuration explains", "this one", Remedy)));
        return Steps.AllOf(problems);
    }

    private static IEnumerable<(string Name, Arr<long> Shape)> OfModule(AdapterKind kind, LayerAdapter layer, string module, int rank, (long Out, long In) size)
    {
        yield return (AdapterNames.A(layer.Layer, module), new Arr<long>([rank, size.In]));
        if (kind == AdapterKind.Lora)
        {
            yield return (AdapterNames.B(layer.Layer, module), new Arr<long>([size.Out, rank]));
            yield break;
        }

        for (int expert = 0; expert < layer.Experts; expert++)
        {
            yield return (AdapterNames.B(layer.Layer, module, expert), new Arr<long>([size.Out, rank]));
        }

        yield return (AdapterNames.Route(layer.Layer, module), new Arr<long>([layer.Experts, size.In]));
    }
}
