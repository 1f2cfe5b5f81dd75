namespace Floe.Domain.Text;

/// <summary>One training sample as text.</summary>
/// <param name="Prompt">What the model reads; empty for plain text, of which every token is learnt.</param>
/// <param name="Completion">What it is to write.</param>
public sealed record TextSample(string Prompt, string Completion)
{
    /// <summary>
    /// Whether this is a turn of a conversation in ChatML (<see cref="PromptTemplates.Conversation"/>): the model's chat template has a say in
    /// it, nothing goes before it, and the token that ends the turn ends the sample.
    /// </summary>
    public bool Turn { get; init; }
}
