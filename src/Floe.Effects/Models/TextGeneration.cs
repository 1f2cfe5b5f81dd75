using Floe.Domain;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Models;

/// <summary>An answer as text.</summary>
/// <param name="Text">What was written, without special tokens and without the text that stopped it.</param>
/// <param name="Tokens">How many tokens were generated, the stopping one included.</param>
internal sealed record GeneratedText(string Text, int Tokens);

/// <summary>Continues prompts and gives the answers as text, piece by piece while they are written.</summary>
internal static class TextGeneration
{
    /// <summary>Continues every prompt up to a stop token, a stop text or the limit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="adapters">Adapter modules; null for the base model.</param>
    /// <param name="prompts">Token ids of each prompt.</param>
    /// <param name="options">How.</param>
    /// <param name="stops">Texts that end an answer.</param>
    /// <param name="write">Takes the number of a prompt and the next piece of its answer.</param>
    public static Either<FloeError, IReadOnlyList<GeneratedText>> Run(
        OpenedModel model,
        IDecoderAdapter? adapters,
        IReadOnlyList<ReadOnlyMemory<int>> prompts,
        GenerationOptions options,
        Arr<string> stops,
        Action<int, string> write)
    {
        Answer[] answers = [.. prompts.Select((_, at) => new Answer(model.Tokenizer, new TextStops(stops), text => write(at, text)))];
        return Generation.Run(model.Decoder, adapters, prompts, options, taken: (at, id) => answers[at].Take(id))
            .Map<IReadOnlyList<GeneratedText>>(ids =>
            [.. answers.Zip(ids, (answer, own) => new GeneratedText(answer.Finish(), own.Count))]);
    }

    private sealed class Answer(Tokenizer tokenizer, TextStops stops, Action<string> write)
    {
        private readonly List<string> pieces = [];
        private DecodeStream stream = DecodeStream.Start(skipSpecial: true);
        private TextStops stops = stops;
        private bool met;

        /// <summary>Takes a token; whether it completes a stop text.</summary>
        public bool Take(int id)
        {
            (string text, stream) = stream.Push(tokenizer, id);
            return Give(text);
        }

        /// <summary>Gives what was held back; the whole answer.</summary>
        public string Finish()
        {
            if (!met && !Give(stream.Finish(tokenizer)))
            {
                Write(stops.Held);
            }

            return string.Concat(pieces);
        }

        private bool Give(string text)
        {
            (string given, met, stops) = stops.Push(text);
            Write(given);
            return met;
        }

        private void Write(string text)
        {
            if (text.Length > 0)
            {
                pieces.Add(text);
                write(text);
            }
        }
    }
}
