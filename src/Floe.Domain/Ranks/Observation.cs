namespace Floe.Domain.Ranks;

/// <summary>A rank that was trained, and what came of it.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Loss">Validation loss, nats; lower is better.</param>
public readonly record struct Observation(int Rank, double Loss);
