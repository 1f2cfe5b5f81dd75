using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain;

/// <summary>The words that files and options write for values: the one place where the two meet.</summary>
/// <param name="pairs">Each word and each value once.</param>
internal sealed class Words<T>(params (string Word, T Value)[] pairs)
    where T : notnull
{
    /// <summary>All words, in their order.</summary>
    public string[] All => [.. pairs.Select(pair => pair.Word)];

    /// <summary>A value's word.</summary>
    public string this[T value] => pairs.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Word;

    /// <summary>A word's value; none for a word that is none of <see cref="All"/>.</summary>
    public Option<T> Find(string word) => pairs.Where(pair => pair.Word == word).Select(pair => Some(pair.Value)).FirstOrDefault();
}
