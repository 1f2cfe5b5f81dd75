using LanguageExt;

namespace Floe.Domain.Ranks.Studies;

/// <summary>
/// What can happen to the studies of a store: a closed list. The first ten are the operations of Optuna's journal (version 4), in the order
/// of their codes.
/// </summary>
/// <param name="Worker">Who did it; any text.</param>
internal abstract record StudyEvent(string Worker)
{
    /// <summary>A study begins; without effect where one of that name is there.</summary>
    public sealed record StudyCreated(string Worker, string Name, Direction Direction) : StudyEvent(Worker)
    {
        /// <summary>How many values a trial has.</summary>
        public int Objectives { get; init; } = 1;
    }

    /// <summary>A study is removed.</summary>
    public sealed record StudyDeleted(string Worker, int Study) : StudyEvent(Worker);

    /// <summary>A study is told something. <paramref name="Json"/> is one JSON value.</summary>
    public sealed record StudyTold(string Worker, int Study, Audience For, string Key, string Json) : StudyEvent(Worker);

    /// <summary>A trial begins, or is taken over whole from elsewhere.</summary>
    public sealed record TrialCreated(string Worker, int Study, Option<string> Start, TrialState State) : StudyEvent(Worker)
    {
        /// <summary>When it ended, where it did.</summary>
        public Option<string> End { get; init; } = Option<string>.None;

        /// <summary>Its value, where it has one.</summary>
        public Option<double> Value { get; init; } = Option<double>.None;

        /// <summary>Its parameters.</summary>
        public Arr<Parameter> Parameters { get; init; } = Arr<Parameter>.Empty;

        /// <summary>What it was told, with whom it is for.</summary>
        public Arr<(Audience For, string Key, string Json)> Told { get; init; } = Arr<(Audience, string, string)>.Empty;

        /// <summary>Values on the way, by step.</summary>
        public Arr<(int Step, double Value)> Intermediate { get; init; } = Arr<(int, double)>.Empty;
    }

    /// <summary>A parameter of a trial is set.</summary>
    public sealed record ParameterSet(string Worker, int Trial, Parameter Parameter) : StudyEvent(Worker);

    /// <summary>A trial enters a state, with its value where it has one.</summary>
    public sealed record TrialEntered(
        string Worker, int Trial, TrialState State, Option<double> Value, Option<string> When) : StudyEvent(Worker);

    /// <summary>A trial reports a value on the way.</summary>
    public sealed record TrialReported(string Worker, int Trial, int Step, double Value) : StudyEvent(Worker);

    /// <summary>A trial is told something.</summary>
    public sealed record TrialTold(string Worker, int Trial, Audience For, string Key, string Json) : StudyEvent(Worker);

    /// <summary>An operation that Floe does not know. It is kept where it stands and changes nothing here.</summary>
    public sealed record Unknown(string Worker, int Code) : StudyEvent(Worker);
}

/// <summary>Whether small or large values are good. The numbers are Optuna's.</summary>
internal enum Direction
{
    /// <summary>Small ones.</summary>
    Minimize = 1,

    /// <summary>Large ones.</summary>
    Maximize = 2,
}

/// <summary>The state of a trial. The numbers are Optuna's.</summary>
internal enum TrialState
{
    /// <summary>Being trained, or stopped on the way.</summary>
    Running = 0,

    /// <summary>It has a value.</summary>
    Complete = 1,

    /// <summary>Stopped early, as others did better.</summary>
    Pruned = 2,

    /// <summary>It could not be trained.</summary>
    Failed = 3,

    /// <summary>Put into the queue.</summary>
    Waiting = 4,
}

/// <summary>Whom an attribute is for: a person or the program.</summary>
internal enum Audience
{
    /// <summary>Optuna's user attributes.</summary>
    User = 0,

    /// <summary>Optuna's system attributes.</summary>
    System = 1,
}

/// <summary>A parameter of a trial.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stored">The number itself, or the place of a word.</param>
/// <param name="Distribution">What it was drawn from, as the store spells it.</param>
internal sealed record Parameter(string Name, double Stored, string Distribution);
