namespace Floe.Domain.Text;

/// <summary>A vocabulary of whole words: a word that it lacks is the unknown token, or nothing where there is none.</summary>
internal sealed class WordLevelModel(Dictionary<string, int> vocabulary, BpeOptions options)
{
    private readonly int[] unknown = [.. options.UnknownToken.Where(vocabulary.ContainsKey).Select(token => vocabulary[token])];

    /// <summary>The tokens of a word: one or none.</summary>
    public int[] Segment(string word) => vocabulary.TryGetValue(word, out int id) ? [id] : unknown;
}
