using LanguageExt;

namespace Floe.Domain.Text.Chat;

/// <summary>A conversation as a model writes it, cut where what is learnt begins and ends.</summary>
/// <param name="Parts">Texts in turn read and learnt, the first one read; joined they are the conversation.</param>
/// <param name="Ends">Whether the last one ends with a token that ends a turn.</param>
/// <param name="Rewritten">Whether only the last turn is learnt, since the template writes earlier ones otherwise once others
/// follow.</param>
internal sealed record ConversationParts(Arr<string> Parts, bool Ends, bool Rewritten);
