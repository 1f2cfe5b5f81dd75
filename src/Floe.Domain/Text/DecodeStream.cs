using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>
/// Decoding token by token while a model writes: a value that holds back text until its last character is complete. With a byte-level
/// decoder the texts of all <see cref="Push"/> calls and of <see cref="Finish"/> joined are <c>Decode</c> of all ids.
/// </summary>
/// <param name="Context">Ids given last, so that steps at the start of a text (a stripped space) stay where they belong.</param>
/// <param name="Pending">Ids after them whose text has not been given yet.</param>
/// <param name="SkipSpecial">Whether special tokens are left out.</param>
internal sealed record DecodeStream(Arr<int> Context, Arr<int> Pending, bool SkipSpecial)
{
    /// <summary>A stream before its first token.</summary>
    public static DecodeStream Start(bool skipSpecial) => new(Arr<int>.Empty, Arr<int>.Empty, skipSpecial);

    /// <summary>Takes one id.</summary>
    /// <returns>The text that is now complete, possibly none, and the stream after it.</returns>
    public (string Text, DecodeStream Next) Push(Tokenizer tokenizer, int id)
    {
        DecodeStream all = this with { Pending = Pending.Add(id) };
        string text = all.Fresh(tokenizer);
        return text.Length == 0 || text.EndsWith('\uFFFD') ? ("", all) : (text, new DecodeStream(all.Pending, Arr<int>.Empty, SkipSpecial));
    }

    /// <summary>The text still held back: at the end of generation an incomplete character is given as U+FFFD.</summary>
    public string Finish(Tokenizer tokenizer) => Fresh(tokenizer);

    private string Fresh(Tokenizer tokenizer) =>
        tokenizer.Decode(Context + Pending, SkipSpecial)[tokenizer.Decode(Context, SkipSpecial).Length..];
}
