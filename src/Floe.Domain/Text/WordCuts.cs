namespace Floe.Domain.Text;

/// <summary>
/// Cuts a word where no merge can reach across: before a mark of a space that follows something else, if no token that merges make has a
/// mark there. The ids are those of the whole word; but parts are short and come again, so each is merged once.
/// </summary>
internal sealed class WordCuts
{
    private readonly char mark;

    private WordCuts(char mark) => this.mark = mark;

    /// <summary>The cuts that a tokenizer's merges allow; none where a word is looked up whole, or each byte is spelled as a
    /// character.</summary>
    public static WordCuts Of(TokenizerTables tables)
    {
        bool may = !tables.Options.IgnoreMerges
            && tables.Segmentation is (Segmentation.Merges or Segmentation.Scores)
            && !tables.PreTokenizer.Exists(step => step is PreTokenizerStep.SpellBytes);
        char found = may ? new[] { '▁', ' ' }.FirstOrDefault(mark => tables.Vocabulary.ContainsKey(mark.ToString())) : '\0';
        return new WordCuts(found != '\0' && Made(tables).All(token => Next(token, found, 1) < 0) ? found : '\0');
    }

    /// <summary>The parts of a word.</summary>
    public IEnumerable<string> Cut(string word)
    {
        int start = 0;
        for (int at = mark == '\0' ? -1 : Next(word, mark, 1); at >= 0; at = Next(word, mark, at + 1))
        {
            yield return word[start..at];
            start = at;
        }

        yield return start == 0 ? word : word[start..];
    }

    private static IEnumerable<string> Made(TokenizerTables tables) => tables.Segmentation is Segmentation.Scores scores
        ? scores.Scored.Keys
        : tables.Merges.Select(merge => merge.Left + merge.Right);

    // A mark that does not follow another one.
    private static int Next(string text, char mark, int from)
    {
        for (int at = from < text.Length
            ? text.IndexOf(mark, from)
            : -1; at >= 0; at = at + 1 < text.Length
            ? text.IndexOf(mark, at + 1)
            : -1)
        {
            if (text[at - 1] != mark)
            {
                return at;
            }
        }

        return -1;
    }
}
