using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Text.Chat;

/// <summary>
/// Writes conversations as a model's own chat template does, and says which of the text the assistant said: from where the text ends that
/// the template gives to be gone on from, up to the token that ends the turn. What is learnt is known by its place in the text, so that a
/// token that pads and ends a turn too does no harm, nor does a token spelled in a message.
/// </summary>
internal sealed class ConversationWriter
{
    private const string TurnStart = "<|im_start|>";
    private const string TurnEnd = "<|im_end|>";
    private const string Remedy = "Write the records as prompt and completion, in the model's own format.";

    private readonly Tokenizer tokenizer;
    private readonly JinjaTemplate template;
    private readonly DateTime clock;

    private ConversationWriter(Tokenizer tokenizer, JinjaTemplate template, DateTime clock, Arr<string> notes) =>
        (this.tokenizer, this.template, this.clock, Notes) = (tokenizer, template, clock, notes);

    /// <summary>The day that templates are told for samples, so that the same data become the same ids on every day: that which Llama's own
    /// fall back to.</summary>
    public static DateTime DayOfData { get; } = new(2024, 7, 26, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>What a user should know of how conversations are written.</summary>
    public Arr<string> Notes { get; }

    /// <summary>Reads the template of a model.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="clock">What the template is told of the time.</param>
    /// <returns>The writer; or the construct of the template that is not read, or what is missing.</returns>
    public static Either<FloeError, ConversationWriter> Of(Tokenizer tokenizer, DateTime clock) => tokenizer.Tables.Chat switch
    {
        ChatTemplate.Jinja jinja => JinjaTemplate.Parse(jinja.Where, jinja.Source).Map(template => new ConversationWriter(
            tokenizer,
            template,
            clock,
            clock == DayOfData && jinja.Source.Contains("strftime_now", StringComparison.Ordinal)
                ? Array($"{jinja.Where}: the template prints the day; in samples it is always 26 Jul 2024, so that they are the same on "
                    + $"every day")
                : Arr<string>.Empty)),
        ChatTemplate.Named named =>
            new FloeError.BadData(
                named.Where, "a template named default", $"templates named {named.Names}", "Name the one to use default."),
        _ => Plain(tokenizer, clock),
    };

    /// <summary>The ids that a model goes on from to give the next answer.</summary>
    /// <param name="messages">What was said so far.</param>
    public Either<FloeError, Arr<int>> Prompt(IReadOnlyList<ChatMessage> messages) =>
        Text(messages, answerFollows: true).Map(text => tokenizer.Open(tokenizer.Encode(text)));

    /// <summary>The text of messages.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="answerFollows">Whether it is to end where the assistant goes on.</param>
    public Either<FloeError, string> Text(IReadOnlyList<ChatMessage> messages, bool answerFollows) => template.Render(
        TemplateVariables.Of(
            TemplateVariables.Messages(messages),
            answerFollows,
            tokenizer.Special.Bos.Bind(tokenizer.TokenOf),
            tokenizer.Special.Eos.Bind(tokenizer.TokenOf)),
        clock);

    /// <summary>The token that ends a turn of the assistant; none where the template ends it with no added token.</summary>
    public Option<int> EndOfTurn =>
        Parts([new ChatMessage(ChatMessage.User, "a"), new ChatMessage(ChatMessage.Assistant, "b", Learnt: true)]).Match(
        Right: parts => parts.Ends ? tokenizer.Encode(parts.Parts[1]).LastOrNone() : None,
        Left: _ => None);

    /// <summary>A conversation with what is learnt apart.</summary>
    /// <param name="messages">The messages; the last one is learnt.</param>
    public Either<FloeError, ConversationParts> Parts(IReadOnlyList<ChatMessage> messages) =>
        from whole in Text(messages, answerFollows: false)
        from turns in Enumerable.Range(0, messages.Count).Where(at => messages[at].Learnt).Each(at => Turn(messages, at, whole))
        let rewritten = turns.Any(turn => !turn.Stays)
        select Cut(whole, rewritten ? [turns[^1]] : turns, rewritten);

    private sealed record Span(int Start, int End, bool Ends, bool Stays);

    private Either<FloeError, Span> Turn(IReadOnlyList<ChatMessage> messages, int at, string whole) =>
        from before in Text([.. messages.Take(at)], answerFollows: true).MapLeft(error => at > 0 ? error : First(error))
        from after in at == messages.Count - 1 ? whole : Text([.. messages.Take(at + 1)], answerFollows: false)
        let start = before.AsSpan().CommonPrefixLength(after)
        let end = tokenizer.EndOfLastAdded(after[start..])
        select new Span(
            start,
            start + end.IfNone(after.Length - start),
            end.IsSome,
            whole.StartsWith(after, StringComparison.Ordinal));

    private static ConversationParts Cut(string whole, IReadOnlyList<Span> turns, bool rewritten)
    {
        List<string> parts = [];
        int at = 0;
        foreach (Span turn in turns)
        {
            parts.Add(whole[at..turn.Start]);
            parts.Add(whole[turn.Start..turn.End]);
            at = turn.End;
        }

        return new ConversationParts(new Arr<string>(parts), turns[^1].Ends, rewritten);
    }

    private static FloeError First(FloeError error) => error is FloeError.BadData bad
        ? bad with { Expected = "a message of the user before the assistant's first", Found = "none",
            Remedy = "Begin the conversation with the user." }
        : error;

    private static Either<FloeError, ConversationWriter> Plain(Tokenizer tokenizer, DateTime clock)
    {
        string[] missing = [
            .. new[] { TurnStart, TurnEnd }.Where(token => !tokenizer.Tables.Added.Exists(added => added.Content == token))];
        return missing.Length > 0
            ? new FloeError.Unsupported(
                "messages",
                $"a conversation for a model without a chat template whose tokenizer has no token {string.Join(" and no token ", missing)}",
                $"messages for a model with a chat template, or with the tokens {TurnStart} and {TurnEnd}",
                Remedy)
            : JinjaTemplate.Parse("plain ChatML", ChatTemplate.ChatMl).Map(template => new ConversationWriter(
                tokenizer, template, clock, Array("no chat template beside the tokenizer: conversations are written in plain ChatML")));
    }
}
