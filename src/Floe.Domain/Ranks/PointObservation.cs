using LanguageExt;

namespace Floe.Domain.Ranks;

/// <summary>A proposal as a sampler sees it, oldest first in a history.</summary>
/// <param name="Point">What was proposed.</param>
/// <param name="Loss">Mean validation loss over its seeds, nats; None while it is running, so that other workers keep away from it.</param>
internal sealed record PointObservation(Point Point, Option<double> Loss);
