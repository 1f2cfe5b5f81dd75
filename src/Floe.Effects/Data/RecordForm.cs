using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Data;

/// <summary>A form of record: the keys that make it and the parts of a sample that they hold.</summary>
/// <param name="Key">The key that says that a record is of this form.</param>
/// <param name="Parts">The parts of a sample in order; each is held by one of several names.</param>
/// <param name="Repeats">A key that may say the same text again, as some published sets do; empty for none.</param>
internal sealed record RecordForm(string Key, Arr<RecordPart> Parts, string Repeats = "")
{
    /// <summary>Its keys as a message names them.</summary>
    public string Words => string.Join(" and ", Parts.AsEnumerable().Where(part => !part.MayBeMissing).Select(part => part.Names[0]));

    /// <summary>Whether a record is a conversation.</summary>
    public bool IsConversation => Key is "messages" or "conversations";

    /// <summary>All forms. The first whose key a record has is its form.</summary>
    public static Arr<RecordForm> All { get; } = Array(
        new RecordForm("messages", Array(new RecordPart("messages")), Repeats: "prompt"),
        new RecordForm("conversations", Array(new RecordPart("conversations")), Repeats: "prompt"),
        new RecordForm("prompt", Array(new RecordPart("prompt"), new RecordPart("completion", "answer", "response"))),
        new RecordForm("question", Array(new RecordPart("question"), new RecordPart("answer"))),
        new RecordForm(
            "instruction",
            Array(new RecordPart("instruction"), new RecordPart("input", "context") { MayBeMissing = true },
                new RecordPart("output", "response", "text")),
            Repeats: "text"),
        new RecordForm("inputs", Array(new RecordPart("inputs"), new RecordPart("targets"))),
        new RecordForm("text", Array(new RecordPart("text"))));

    /// <summary>Keys that only keep books: they are left unread, and named with their count.</summary>
    public static Arr<string> Bookkeeping { get; } = Array(
        "id", "_id", "idx", "index", "uid", "uuid", "guid", "qid", "question_id", "prompt_id", "sample_id", "conversation_id", "source",
            "sources", "data_source", "dataset",
        "dataset_name", "origin", "category", "categories", "subcategory", "subset", "split", "topic", "type", "question_type", "kind",
            "subject", "level", "difficulty", "lang",
        "language", "license", "licence", "url", "link", "title", "timestamp", "date", "created", "created_at", "author", "score", "rating",
            "quality", "hash", "md5", "sha256",
        "length", "tokens", "num_tokens", "n_tokens", "token_count", "meta", "metadata", "extra_info", "tags", "name", "model", "task",
            "task_name", "task_type", "task_id",
        "template_type", "template_idx", "template_used", "metric", "file", "filename", "path", "line", "version", "domain", "dump",
            "date_download", "bff_contained_ngram_count_before_dedupe");

    /// <summary>Keys whose value says what is learnt or how, so that a number or a truth value there is no bookkeeping.</summary>
    public static Arr<string> Teaching { get; } = Array(
        "weight", "weights", "loss_weight", "loss", "train", "trainable", "learn", "mask", "label", "labels", "loss_mask",
            "completion_mask", "assistant_masks", "attention_mask", "input_ids");
}

/// <summary>One part of a sample.</summary>
/// <param name="Names">The keys that may hold it.</param>
internal sealed record RecordPart(params string[] Names)
{
    /// <summary>Whether a record may be without it.</summary>
    public bool MayBeMissing { get; init; }
}
