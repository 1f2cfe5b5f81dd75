using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>
/// What goes around a text where <c>add_bos_token</c>, <c>add_eos_token</c> and <c>add_prefix_space</c> of tokenizer_config.json have a say
/// beside the tokenizer's own post-processor. The classes of SentencePiece models make the post-processor anew from the flags; every other
/// class reads them with vocab.json alone. A note says where the files differ and which counts.
/// </summary>
internal static class TextEnds
{
    private static readonly System.Collections.Generic.HashSet<string> Obeying = new(StringComparer.Ordinal)
    {
        "LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "CodeLlamaTokenizerFast", "GemmaTokenizer", "GemmaTokenizerFast",
        "CohereTokenizer", "CohereTokenizerFast",
    };

    /// <summary>Applies the flags.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="tables">The tokenizer with its roles.</param>
    /// <param name="bare">Whether it was read from vocab.json, which has no post-processor.</param>
    /// <returns>The tokenizer and notes; or the flag that cannot be followed.</returns>
    public static Either<FloeError, (TokenizerTables Tables, Arr<string> Notes)> Apply(
        TokenizerFolder folder, TokenizerTables tables, bool bare) =>
        from name in folder.Find(TokenizerFolder.Settings, "tokenizer_class").ValueKind == System.Text.Json.JsonValueKind.Undefined
            ? ""
            : JsonText.Text(
                folder.At(TokenizerFolder.Settings, "tokenizer_class"), folder.Find(TokenizerFolder.Settings, "tokenizer_class"))
        from bos in folder.Flag("add_bos_token")
        from eos in folder.Flag("add_eos_token")
        from split in folder.Flag("split_special_tokens")
        from whole in Steps.Check(!split.IfNone(false), () => new FloeError.Unsupported(
            folder.At(
                TokenizerFolder.Settings, "split_special_tokens"), "a tokenizer that spells special tokens in letters", "false",
                    "Set it to false if special tokens are meant."))
        from space in Space(folder, tables, Obeying.Contains(name))
        from before in End(
            folder, "add_bos_token", bare
                ? bos.IfNone(false)
                : Obeying.Contains(name)
                ? bos || tables.Special.Bos.Map(_ => true)
                : None, bos, tables.Special.Bos, tables.Prefix)
        from after in End(
            folder, "add_eos_token", Obeying.Contains(name) ? eos.IfNone(false) : None, eos, tables.Special.Eos, tables.Suffix)
        select (tables with { Prefix = before.Ids, Suffix = after.Ids }, bare
            ? Arr<string>.Empty
            : before.Note.ToArr() + after.Note.ToArr());

    private static Either<FloeError, (Arr<int> Ids, Option<string> Note)> End(
        TokenizerFolder folder, string key, Option<bool> obeyed, Option<bool> stated, Option<int> role, Arr<int> template)
    {
        string at = folder.At(TokenizerFolder.Settings, key);
        if (obeyed.IfNone(false) && role.IsNone)
        {
            return new FloeError.BadData(at, $"a {key[4..]} to add", "none in any file", "Name the token, or set the flag to false.");
        }

        Arr<int> ids = obeyed.Match(on => on ? role.ToArr() : Arr<int>.Empty, () => template);
        bool differs = obeyed.IsSome ? ids != template : stated.Match(on => on != role.Exists(id => template.Contains(id)), () => false);
        return (ids, !differs ? None : Some(
            $"{at}: {stated.Match(on => on ? "true" : "false", () => "not there")}, but the post_processor of the tokenizer puts "
            + $"{(template.IsEmpty ? "nothing" : "ids " + string.Join(", ", template))} there; "
            + $"{(obeyed.IsSome ? "the former" : "the latter")} counts, as in transformers 4"));
    }

    private static Either<FloeError, Unit> Space(TokenizerFolder folder, TokenizerTables tables, bool marks)
    {
        bool has = tables.PreTokenizer.Exists(step => step is PreTokenizerStep.PrefixSpace)
            || (marks && tables.Normalizer.Exists(step => step is NormalizerStep.Prepend));
        return folder.Flag("add_prefix_space").Bind(stated => Steps.Check(stated.IfNone(has) == has, () => new FloeError.BadData(
            folder.At(TokenizerFolder.Settings, "add_prefix_space"),
            $"{(has ? "true" : "false")}, as the tokenizer itself does",
            $"{(has ? "false" : "true")}",
            "Make both files agree.")));
    }
}
