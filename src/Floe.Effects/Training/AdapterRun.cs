using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Engine;
using Floe.Effects.Models;
using LanguageExt;

namespace Floe.Effects.Training;

/// <summary>Trains an adapter with a journal and checkpoints: stopped at any point, the next call goes on and ends with the same
/// bytes.</summary>
internal static class AdapterRun
{
    /// <summary>Trains until the task's last step or until asked to stop.</summary>
    /// <param name="model">Frozen weights.</param>
    /// <param name="plan">The adapter; its values start from the task's seed.</param>
    /// <param name="task">Steps, samples, learning rates.</param>
    /// <param name="files">Journal and checkpoint.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="stop">Cancelled to save a checkpoint after the present step and end.</param>
    /// <param name="prefix">Keeps what the layers below the lowest adapted one give, for other runs too.</param>
    /// <returns>The adapter, to be disposed, and the steps done: fewer than the task's where it was stopped. Or the first error.</returns>
    public static Either<FloeError, (AdapterSet Adapter, int Steps)> Train(
        Decoder model, AdapterPlan plan, TrainingTask task, TrainingFiles files, Action<StageProgress> progress, CancellationToken stop,
            FrozenPrefix? prefix = null) =>
        AdapterSets.Create(plan with { Kind = plan.Kind.Over(plan, task.Steps) }, model, unchecked((ulong)task.Seed)).Bind(adapters =>
        {
            Either<FloeError, (AdapterSet Adapter, int Steps)> trained = TensorEdge.Bind("training", () =>
            {
                AdapterRule? rule = AdapterForms.Tensors(adapters.Plan.Kind).Rule?.Invoke(adapters, task.Steps);
                using Optimizer optimizer = new([.. adapters.Parameters], task.Optimizer, rule);
                return ResumableLoop
                    .Run("adapt", task, optimizer, AdapterTraining.Accumulate(model, adapters, prefix), files, progress, stop)
                    .Map(done => (Adapter: done == task.Steps && rule is not null ? rule.Finished() : adapters, Steps: done));
            });
            if (!trained.Exists(done => ReferenceEquals(done.Adapter, adapters)))
            {
                adapters.Dispose();
            }

            return trained;
        });
}
