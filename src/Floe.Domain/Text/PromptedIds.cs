using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>The ids of a prompt and of the text that follows it, with nothing added at their ends.</summary>
/// <param name="Prompt">The ids that the prompt has alone, which are what a model reads before it writes.</param>
/// <param name="Completion">The ids that go on from them.</param>
/// <param name="Moved">Whether the joined text has other ids: a token there reaches over the seam.</param>
internal sealed record PromptedIds(Arr<int> Prompt, Arr<int> Completion, bool Moved);
