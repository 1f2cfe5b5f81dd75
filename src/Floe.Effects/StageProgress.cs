namespace Floe.Effects;

/// <summary>How far a long task is. Passed to an <c>Action&lt;StageProgress&gt;</c> that whoever started the task hands in; the command
/// line makes a bar with tokens per second and time left from it, a test ignores it.</summary>
/// <param name="Task">What is being done, such as <c>adapt</c> or <c>collect: Fisher</c>.</param>
/// <param name="Done">Steps, samples or batches finished, from 0.</param>
/// <param name="Total">How many there are; 0 where that is not known.</param>
/// <param name="Tokens">Tokens processed so far; 0 where none are.</param>
/// <param name="Note">A figure worth seeing beside the bar, such as <c>loss 1.872</c>; empty for none.</param>
public readonly record struct StageProgress(string Task, long Done, long Total, long Tokens, string Note = "");
