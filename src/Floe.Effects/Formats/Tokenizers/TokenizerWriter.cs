using System.Text.Encodings.Web;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Effects.Files;
using LanguageExt;

namespace Floe.Effects.Formats.Tokenizers;

/// <summary>Writes a byte-level tokenizer as <c>tokenizer.json</c> and <c>tokenizer_config.json</c>, as Hugging Face tokenizers reads
/// them.</summary>
internal static class TokenizerWriter
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n" };

    /// <summary>Writes both files into a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tokenizer">A tokenizer such as <c>floe tokenizer train</c> learns.</param>
    /// <returns>Unit; <see cref="FloeError.Unsupported"/> for a tokenizer with other steps than splits and byte spelling, or the I/O
    /// error.</returns>
    public static Either<FloeError, Unit> Write(string folder, Tokenizer tokenizer) =>
        from plain in Steps.Check(IsPlain(tokenizer.Tables), () => new FloeError.Unsupported(
            folder, "writing a tokenizer that normalises text or puts ids around it", "splits at patterns and byte-level BPE",
                "Copy the tokenizer's own file."))
        from tables in AtomicFile.Write(
            Path.Combine(folder, "tokenizer.json"), stream => Json(stream, writer => Tables(writer, tokenizer.Tables)))
        from roles in AtomicFile.Write(
            Path.Combine(folder, "tokenizer_config.json"), stream => Json(stream, writer => Roles(writer, tokenizer)))
        select roles;

    private static bool IsPlain(TokenizerTables tables) =>
        tables.Normalizer.IsEmpty && tables.Prefix.IsEmpty && tables.Suffix.IsEmpty && tables.Options == BpeOptions.ByteLevel
        && tables.PreTokenizer.ForAll(
            step =>
                step is PreTokenizerStep.SpellBytes or PreTokenizerStep.Split { KeepMatches: true, KeepGaps: true, Join: SplitJoin.Alone })
        && tables.Decoder.Count == 1 && tables.Decoder.ForAll(step => step is DecoderStep.ByteLevel);

    private static void Json(Stream stream, Action<Utf8JsonWriter> write)
    {
        using Utf8JsonWriter writer = new(stream, Layout);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
    }

    private static void Tables(Utf8JsonWriter writer, TokenizerTables tables)
    {
        writer.WriteString("version", "1.0");
        writer.WriteNull("truncation");
        writer.WriteNull("padding");
        writer.WriteStartArray("added_tokens");
        foreach (AddedToken token in tables.Added.OrderBy(token => token.Id))
        {
            Added(writer, token);
        }

        writer.WriteEndArray();
        writer.WriteNull("normalizer");
        writer.WriteStartObject("pre_tokenizer");
        writer.WriteString("type", "Sequence");
        writer.WriteStartArray("pretokenizers");
        foreach (PreTokenizerStep step in tables.PreTokenizer)
        {
            Words(writer, step);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteNull("post_processor");
        writer.WriteStartObject("decoder");
        ByteLevel(writer);
        writer.WriteEndObject();
        Model(writer, tables);
    }

    private static void Added(Utf8JsonWriter writer, AddedToken token)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", token.Id);
        writer.WriteString("content", token.Content);
        writer.WriteBoolean("single_word", token.SingleWord);
        writer.WriteBoolean("lstrip", token.StripLeft);
        writer.WriteBoolean("rstrip", token.StripRight);
        writer.WriteBoolean("normalized", token.Normalized);
        writer.WriteBoolean("special", token.Special);
        writer.WriteEndObject();
    }

    private static void Words(Utf8JsonWriter writer, PreTokenizerStep step)
    {
        writer.WriteStartObject();
        if (step is PreTokenizerStep.Split split)
        {
            writer.WriteString("type", "Split");
            writer.WriteStartObject("pattern");
            writer.WriteString(split.Pattern.IsLiteral ? "String" : "Regex", split.Pattern.Source);
            writer.WriteEndObject();
            writer.WriteString("behavior", "Isolated");
            writer.WriteBoolean("invert", false);
        }
        else
        {
            ByteLevel(writer);
        }

        writer.WriteEndObject();
    }

    private static void ByteLevel(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "ByteLevel");
        writer.WriteBoolean("add_prefix_space", false);
        writer.WriteBoolean("trim_offsets", true);
        writer.WriteBoolean("use_regex", false);
    }

    private static void Model(Utf8JsonWriter writer, TokenizerTables tables)
    {
        writer.WriteStartObject("model");
        writer.WriteString("type", "BPE");
        foreach (string none in new[] { "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix" })
        {
            writer.WriteNull(none);
        }

        writer.WriteBoolean("fuse_unk", false);
        writer.WriteBoolean("byte_fallback", false);
        writer.WriteBoolean("ignore_merges", false);
        writer.WriteStartObject("vocab");
        foreach ((string token, int id) in tables.Vocabulary.OrderBy(entry => entry.Value))
        {
            writer.WriteNumber(token, id);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("merges");
        foreach ((string left, string right) in tables.Merges)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(left);
            writer.WriteStringValue(right);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Roles(Utf8JsonWriter writer, Tokenizer tokenizer)
    {
        writer.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
        Role(writer, "bos_token", tokenizer, tokenizer.Special.Bos);
        Role(writer, "eos_token", tokenizer, tokenizer.Special.Eos);
        Role(writer, "pad_token", tokenizer, tokenizer.Special.Pad);
        writer.WriteBoolean("clean_up_tokenization_spaces", false);
    }

    private static void Role(Utf8JsonWriter writer, string name, Tokenizer tokenizer, Option<int> id) =>
        writer.WriteString(name, id.Bind(tokenizer.TokenOf).MatchUnsafe<string?>(Some: token => token, None: () => null));
}
