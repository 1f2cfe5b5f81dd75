using System.CommandLine;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Text.Chat;
using Floe.Effects.Adapters;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe chat</c>: a conversation with a model, a line a turn, in the model's own chat template.</summary>
internal static class ChatCommand
{
    private const string Help = "/adapter switches the adapter off and on, /again answers the last turn again, /new begins anew, /quit "
        + "ends";

    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        ModelInputs model = new();
        Setting<string?> adapter = Common.Adapter();
        Setting<string?> system = Inputs.Text("--system", "TEXT", "System message that the conversation begins with.");
        SamplingInputs sampling = new(256);
        return new FloeCommand(
            "chat",
            "Talks with a model: reads a turn a line from standard input and prints each answer while it is written.",
            "floe chat --model HuggingFaceTB/SmolLM2-135M-Instruct",
            [.. model.All, adapter, system, .. sampling.All],
            call =>
                from stops in sampling.Stops(call)
                from done in model.With(call, opened => OpenedAdapter.With(Optional(call.Get(adapter)!), opened, set =>
                    from writer in ConversationWriter.Of(opened.Tokenizer, DateTime.Now)
                    from options in sampling.Read(call, writer.EndOfTurn.Concat(opened.Tokenizer.Tables.Ends).ToHashSet())
                    from ended in new Talk(call.Terminal, opened, set, writer, options, stops, Optional(call.Get(system)!)).Run()
                    select ended), adapter)
                select done);
    }

    private sealed class Talk(
        Terminal terminal, OpenedModel model, AdapterSet? adapter, ConversationWriter writer, GenerationOptions options, Arr<string> stops,
            LanguageExt.Option<string> system)
    {
        private readonly List<ChatMessage> said = [.. system.Map(text => new ChatMessage(ChatMessage.System, text))];
        private bool adapted = adapter is not null;

        /// <summary>Takes turns up to the end of the input. Errors: the first turn that cannot be answered.</summary>
        public Either<FloeError, Unit> Run()
        {
            writer.Notes.Iter(terminal.Note);
            terminal.Note(Help);
            while (!terminal.Stop.IsCancellationRequested && Next() is { } line && line.Trim() != "/quit")
            {
                if (Turn(line).Failed(out FloeError? error, out _))
                {
                    return error;
                }
            }

            return unit;
        }

        private string? Next()
        {
            if (terminal.Live)
            {
                terminal.Error.Write("> ");
            }

            return terminal.In().ReadLine();
        }

        private Either<FloeError, Unit> Turn(string line)
        {
            switch (line.Trim())
            {
                case "":
                    return unit;
                case "/new":
                    said.RemoveAll(message => message.Role != ChatMessage.System);
                    return unit;
                case "/adapter":
                    adapted = adapter is not null && !adapted;
                    terminal.Note(
                        adapter is null
                            ? "there is no adapter: give one with --adapter"
                            : adapted
                            ? "the adapter is on"
                            : "the adapter is off");
                    return unit;
                case "/again" when said.Count > 0 && said[^1].Role == ChatMessage.Assistant:
                    said.RemoveAt(said.Count - 1);
                    return Answer();
                case "/again":
                    terminal.Note("there is no answer to give again");
                    return unit;
                case ['/', ..] other when other.Length < 20 && !other.Contains(' ', StringComparison.Ordinal):
                    terminal.Note($"{other} is none of these: {Help}");
                    return unit;
                default:
                    said.Add(new ChatMessage(ChatMessage.User, line));
                    return Answer();
            }
        }

        private Either<FloeError, Unit> Answer() =>
            from prompt in writer.Prompt(said)
            from room in Room(prompt.Count)
            from answers in TextGeneration.Run(
                model, adapted
                    ? adapter
                    : null, [prompt.ToArray()], options with { MaxTokens = Math.Min(options.MaxTokens, room) }, stops, (_, piece) =>
                        Show(piece))
            select Keep(answers[0].Text);

        // The last token of an answer is not read again.
        private Either<FloeError, int> Room(int tokens) => model.Decoder.Config.MaxPositions - tokens + 1 is > 0 and var room
            ? room
            : new FloeError.BadData(
            "chat", $"a conversation of at most {model.Decoder.Config.MaxPositions} tokens, the model's context", $"{tokens}",
                "Begin anew.");

        private void Show(string piece)
        {
            terminal.Out.Write(piece);
            terminal.Out.Flush();
        }

        private Unit Keep(string text)
        {
            Show(terminal.Out.NewLine);
            said.Add(new ChatMessage(ChatMessage.Assistant, text));
            return unit;
        }
    }
}
