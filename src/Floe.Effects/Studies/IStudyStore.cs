using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using LanguageExt;

namespace Floe.Effects.Studies;

/// <summary>Where studies live: an ordered list of events that any number of workers read and add to.</summary>
/// <remarks>One suite of tests holds for every store: what one worker adds every other reads in the same order; a change is whole or not
/// there at all.</remarks>
internal interface IStudyStore : IDisposable
{
    /// <summary>What a message calls it.</summary>
    string Name { get; }

    /// <summary>All events up to now.</summary>
    Either<FloeError, StudyLog> Read();

    /// <summary>Decides on what is there and adds the outcome, while nobody else adds anything.</summary>
    /// <param name="decide">From the present state to the events to add and an answer; it may be called again after a lost
    /// connection.</param>
    /// <typeparam name="T">The answer.</typeparam>
    /// <returns>The state after the events, and the answer.</returns>
    Either<FloeError, (StudyLog Log, T Answer)> Change<T>(
        Func<StudyLog, Either<FloeError, (IReadOnlyList<StudyEvent> Events, T Answer)>> decide);

    /// <summary>Says that this worker is at a trial, until what is returned is disposed or the worker is dead.</summary>
    /// <param name="trial">The trial's number in the store.</param>
    /// <returns>None where another worker is at it.</returns>
    Either<FloeError, Option<IDisposable>> Hold(int trial);

    /// <summary>Whether any worker is at a trial.</summary>
    /// <param name="trial">The trial's number in the store.</param>
    Either<FloeError, bool> IsHeld(int trial);
}
