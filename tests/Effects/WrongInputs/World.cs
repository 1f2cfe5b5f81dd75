using Floe.Domain.Text;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Plans;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Models;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>The place where inputs are right, and two where everything is of other sizes: larger and smaller.</summary>
internal sealed class World : IDisposable
{
    private readonly Scratch scratch = new();

    public World()
    {
        Tokenizer = Place.Right(TokenizerFile.Open(Embedded.Model)).Tokenizer;
        DecoderConfig config = TinyDecoder.Config with { Vocabulary = Tokenizer.VocabularySize };
        Home = new Place(scratch.At("home"), Tokenizer, config);
        Larger = new Place(scratch.At("larger"), Tokenizer, config with
        {
            Vocabulary = config.Vocabulary + 50, Hidden = 24, Layers = 5, Heads = 6, KvHeads = 3, HeadDim = 8, Neurons = 40,
                MaxPositions = 128,
            AttentionBias = false, MlpBias = false, TiedEmbeddings = false,
        });
        Smaller = new Place(scratch.At("smaller"), Tokenizer, config with
        {
            Vocabulary = 37, Hidden = 12, Layers = 2, Heads = 2, KvHeads = 1, HeadDim = 4, Neurons = 9, MaxPositions = 16,
        });
    }

    public Tokenizer Tokenizer { get; }

    /// <summary>A plan whose files are there.</summary>
    public RunPlan Plan => Place.Right(PlanFile.Parse(
        scratch.At("plan.yaml"), $"name: least\nmodel: {Embedded.Model}\nsample: [{{ data: {Embedded.Sample(scratch)} }}]\nheldout: [{{ "
            + $"data: {Embedded.Sample(scratch)} }}]\n"));

    public Place Home { get; }

    public Place Larger { get; }

    public Place Smaller { get; }

    /// <summary>A path that nothing is at; another one each time.</summary>
    public string Free() => scratch.At(Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        Home.Dispose();
        Larger.Dispose();
        Smaller.Dispose();
        scratch.Dispose();
    }
}
