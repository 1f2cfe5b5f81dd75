namespace Floe.Domain.Text;

/// <summary>One training sample as text.</summary>
/// <param name="Prompt">What the model reads; empty for plain text, of which every token is learnt.</param>
/// <param name="Completion">What it is to write.</param>
public sealed record TextSample(string Prompt, string Completion);
