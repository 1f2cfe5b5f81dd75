using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using Floe.Effects.Plans;
using LanguageExt;

namespace Floe.Effects.Stages;

/// <summary>Opens a run's base model when the first stage needs it and keeps it for the next ones.</summary>
/// <param name="plan">The plan.</param>
/// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="warn">Takes the warning about a slow machine.</param>
public sealed class ModelHolder(RunPlan plan, string device, Action<string> warn) : IDisposable
{
    private OpenedModel? opened;

    /// <summary>Runs a function with the model in the plan's type.</summary>
    /// <param name="use">What to do; the model stays open.</param>
    public Either<FloeError, T> With<T>(Func<OpenedModel, Either<FloeError, T>> use) => With(plan.Weights, use);

    /// <summary>Runs a function with the model in some type. A model of another type is freed first: two are never held.</summary>
    /// <param name="weights">Type of the linear weights.</param>
    /// <param name="use">What to do; the model stays open.</param>
    public Either<FloeError, T> With<T>(WeightType weights, Func<OpenedModel, Either<FloeError, T>> use)
    {
        if (opened is { } model && model.Decoder.Weights == weights)
        {
            return use(model);
        }

        opened?.Dispose();
        opened = null;
        return OpenedModel.Open(plan.Model, plan.Tokenizer, device, warn, weights).Bind(fresh => use(opened = fresh));
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => opened?.Dispose();
}
