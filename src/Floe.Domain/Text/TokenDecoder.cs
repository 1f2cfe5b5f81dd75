using System.Runtime.InteropServices;
using System.Text;
using LanguageExt;

namespace Floe.Domain.Text;

/// <summary>
/// Turns ids into text. The two decoders that language models have (bytes spelled as characters; marks, bytes and one strip) work on tokens
/// that are prepared once; any other goes through <see cref="TextPipeline"/>.
/// </summary>
internal sealed class TokenDecoder
{
    private readonly Arr<DecoderStep> steps;
    private readonly Dictionary<int, string> tokens;
    private readonly Dictionary<int, (byte[] Own, byte? Value)> bytes = [];
    private readonly bool spelled;
    private readonly bool marked;

    /// <summary>Prepares tokens.</summary>
    public TokenDecoder(Arr<DecoderStep> steps, IEnumerable<KeyValuePair<int, string>> tokens)
    {
        this.steps = steps;
        this.tokens = new Dictionary<int, string>(tokens);
        DecoderStep[] all = [.. steps];
        spelled = all is [DecoderStep.ByteLevel];
        marked = all.Length >= 3 && all[..^2].All(step => step is DecoderStep.Replace or DecoderStep.ByteFallback)
            && all.Count(step => step is DecoderStep.ByteFallback) == 1 && all[^3] is DecoderStep.ByteFallback
            && all[^2] is DecoderStep.Fuse && all[^1] is DecoderStep.Strip;
        if (!spelled && !marked)
        {
            return;
        }

        foreach ((int id, string token) in this.tokens)
        {
            bytes.Add(
                id, spelled ? (Spelled(token), null) : (Encoding.UTF8.GetBytes(Replaced(token)), TextPipeline.ByteOf(token)));
        }
    }

    /// <summary>The text of ids; unknown ids count as nothing.</summary>
    public string Decode(IEnumerable<int> ids) => spelled ? TextOf(Joined(ids)) : marked ? Marked(ids)
        : TextPipeline.Decode(steps, ids.Where(tokens.ContainsKey).Select(id => tokens[id]));

    private List<byte> Joined(IEnumerable<int> ids)
    {
        List<byte> all = [];
        foreach (int id in ids)
        {
            if (bytes.TryGetValue(id, out (byte[] Own, byte? Value) token))
            {
                all.AddRange(token.Own.AsSpan());
            }
        }

        return all;
    }

    private static string TextOf(List<byte> all) => Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(all));

    // A run of byte tokens that is no text becomes one U+FFFD a byte.
    private string Marked(IEnumerable<int> ids)
    {
        List<byte> all = [];
        List<byte> run = [];
        foreach (int id in ids)
        {
            if (!bytes.TryGetValue(id, out (byte[] Own, byte? Value) token))
            {
                continue;
            }

            if (token.Value is byte value)
            {
                run.Add(value);
                continue;
            }

            Flush(run, all);
            all.AddRange(token.Own.AsSpan());
        }

        Flush(run, all);
        return TextPipeline.Decode(new Arr<DecoderStep>([steps[steps.Count - 1]]), [TextOf(all)]);
    }

    private static void Flush(List<byte> run, List<byte> all)
    {
        if (run.Count == 0)
        {
            return;
        }

        byte[] read = [.. run];
        all.AddRange(System.Text.Unicode.Utf8.IsValid(read) ? read : Encoding.UTF8.GetBytes(new string('\uFFFD', read.Length)));
        run.Clear();
    }

    private static byte[] Spelled(string token)
    {
        List<byte> own = [];
        ByteAlphabet.AppendBytes(token, own);
        return [.. own];
    }

    private string Replaced(string token) => steps.Fold(token, (text, step) =>
        step is DecoderStep.Replace replace ? text.Replace(replace.Pattern, replace.Content, StringComparison.Ordinal) : text);
}
