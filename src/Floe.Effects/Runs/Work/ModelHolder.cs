using Floe.Domain;
using Floe.Effects.Runs.Plans;
using LanguageExt;

namespace Floe.Effects.Runs.Work;

/// <summary>Opens a run's base model when the first stage needs it and keeps it for the next ones.</summary>
/// <param name="plan">The plan.</param>
/// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="warn">Takes the warning about a slow machine.</param>
public sealed class ModelHolder(RunPlan plan, string device, Action<string> warn) : IDisposable
{
    private OpenedModel? opened;

    /// <summary>Runs a function with the model.</summary>
    /// <param name="use">What to do; the model stays open.</param>
    public Either<FloeError, T> With<T>(Func<OpenedModel, Either<FloeError, T>> use) => opened is { } model
        ? use(model)
        : OpenedModel.Open(plan.Model, plan.Tokenizer, device, warn).Bind(fresh => use(opened = fresh));

    /// <summary>Frees the model.</summary>
    public void Dispose() => opened?.Dispose();
}
