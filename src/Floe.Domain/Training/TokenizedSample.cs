using LanguageExt;

namespace Floe.Domain.Training;

/// <summary>One training sample as token ids, before padding.</summary>
/// <param name="Ids">Token ids, prompt then completion then end of text, cut on the right.</param>
/// <param name="Supervised">For each position whether the token there is a target of the loss. Same length as <paramref name="Ids"/>; the
/// first is never one, since no position predicts it.</param>
public sealed record TokenizedSample(Arr<int> Ids, Arr<bool> Supervised);
