using System.Text;

namespace Floe.Domain.Text;

/// <summary>Finds added tokens in a text: leftmost, then longest, by a trie, so in O(n · longest token) steps. As Hugging Face's added
/// vocabulary.</summary>
internal sealed class AddedTokenIndex
{
    private readonly Dictionary<(int Node, char Next), int> edges = [];
    private readonly Dictionary<int, AddedToken> ends = [];

    /// <summary>Indexes tokens by a spelling; an empty spelling is never found.</summary>
    public AddedTokenIndex(IEnumerable<(string Spelling, AddedToken Token)> tokens)
    {
        int nodes = 1;
        foreach ((string spelling, AddedToken token) in tokens)
        {
            int node = 0;
            foreach (char next in spelling)
            {
                if (!edges.TryGetValue((node, next), out int child))
                {
                    child = nodes++;
                    edges.Add((node, next), child);
                }

                node = child;
            }

            if (node > 0)
            {
                ends[node] = token;
            }
        }
    }

    /// <summary>Cuts a text into added tokens and the text between them; no text is empty.</summary>
    public IEnumerable<(string Text, AddedToken? Token)> Cut(string text)
    {
        if (edges.Count == 0)
        {
            if (text.Length > 0)
            {
                yield return (text, null);
            }

            yield break;
        }

        int done = 0;
        int at = 0;
        while (at < text.Length)
        {
            (AddedToken? token, int end) = LongestAt(text, at);
            if (token is null)
            {
                at++;
                continue;
            }

            if (token.SingleWord && (EndsWord(text, at) || StartsWord(text, end)))
            {
                at = end;
                continue;
            }

            int start = token.StripLeft ? Math.Max(done, text.AsSpan(0, at).TrimEnd().Length) : at;
            end += token.StripRight ? text.Length - end - text.AsSpan(end).TrimStart().Length : 0;
            if (done < start)
            {
                yield return (text[done..start], null);
            }

            yield return (text[start..end], token);
            done = end;
            at = end;
        }

        if (done < text.Length)
        {
            yield return (text[done..], null);
        }
    }

    private (AddedToken? Token, int End) LongestAt(string text, int start)
    {
        (AddedToken?, int) found = (null, start);
        int node = 0;
        for (int at = start; at < text.Length && edges.TryGetValue((node, text[at]), out node);)
        {
            at++;
            found = ends.TryGetValue(node, out AddedToken? token) ? (token, at) : found;
        }

        return found;
    }

    private static bool EndsWord(string text, int end) =>
        end > 0
            && Rune.DecodeLastFromUtf16(text.AsSpan(0, end), out Rune rune, out _) == System.Buffers.OperationStatus.Done
            && IsWord(rune);

    private static bool StartsWord(string text, int start) =>
        start < text.Length
            && Rune.DecodeFromUtf16(text.AsSpan(start), out Rune rune, out _) == System.Buffers.OperationStatus.Done
            && IsWord(rune);

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_';
}
