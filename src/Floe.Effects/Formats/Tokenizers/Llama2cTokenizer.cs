using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// Reads <c>tokenizer.bin</c> of llama2.c: the longest length of a token, then score, length and bytes of each token up to the end of the
/// file. A space is a space there, no token is special in a text, and a text ends at its first NUL. Ids 1 and 2 start and end a text; 3 to
/// 258 are the bytes.
/// </summary>
internal static class Llama2cTokenizer
{
    private const int LargestFile = 64 << 20;
    private const string Remedy = "Give a tokenizer.bin as llama2.c writes it.";

    /// <summary>Reads the tables of a file.</summary>
    public static Either<FloeError, TokenizerTables> Read(string path) =>
        from bytes in InputFile.ReadAll(path, LargestFile)
        from scored in Tokens(path, bytes)
        let vocabulary = scored.Select((item, id) => (item.Token, id))
            .ToDictionary(item => item.Token, item => item.id, StringComparer.Ordinal)
        select new TokenizerTables(
            vocabulary,
            Arr<(string Left, string Right)>.Empty,
            new Arr<AddedToken>(
                scored.Skip(1).Take(2).Select((item, at) => new AddedToken(item.Token, at + 1, Special: true) { Hidden = true })),
            Array<NormalizerStep>(new NormalizerStep.EndAtNul(), new NormalizerStep.Prepend(" ") { Once = true }),
            Arr<PreTokenizerStep>.Empty,
            Array<DecoderStep>(new DecoderStep.Pieces(" ", "", "", SpaceStrip.One)),
            Array(1),
            Arr<int>.Empty,
            new BpeOptions(None, FuseUnknown: false, ByteFallback: true, IgnoreMerges: false),
            new SpecialTokens(Some(1), Some(2), None))
        {
            Segmentation = new Segmentation.Scores(scored.ToDictionary(item => item.Token, item => item.Score, StringComparer.Ordinal)),
        };

    private static Either<FloeError, IReadOnlyList<(string Token, float Score)>> Tokens(string path, byte[] bytes)
    {
        List<(string, float)> tokens = [];
        System.Collections.Generic.HashSet<string> seen = new(StringComparer.Ordinal);
        int at = 4;
        while (at < bytes.Length)
        {
            int length = bytes.Length - at >= 8 ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4)) : -1;
            ReadOnlySpan<byte> token = length >= 0 && length <= bytes.Length - at - 8 ? bytes.AsSpan(at + 8, length) : default;
            float score = length >= 0 ? BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at)) : 0;
            if (token.IsEmpty || !Utf8.IsValid(token) || !float.IsFinite(score) || !seen.Add(Encoding.UTF8.GetString(token)))
            {
                return new FloeError.BadData(
                    $"{path}, token {tokens.Count}", "a finite score, a length and as many bytes of UTF-8 that are no token before",
                        "something else", Remedy);
            }

            tokens.Add((Encoding.UTF8.GetString(token), score));
            at += 8 + length;
        }

        return tokens.Count >= 259 ? tokens : new FloeError.BadData(path, "at least 259 tokens", $"{tokens.Count}", Remedy);
    }
}
