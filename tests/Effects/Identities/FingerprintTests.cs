using Floe.Domain.Adapters;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Identities;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Identities;

/// <summary>Different anywhere, different fingerprint; equal, equal fingerprint.</summary>
public sealed class FingerprintTests
{
    private static readonly TokenizerTables Tables = TinyDecoder.Right(TokenizerFile.Open(Embedded.Model)).Tokenizer.Tables;

    public static TheoryData<string> Kinds => [.. Values.Keys];

    private static Dictionary<string, object> Values { get; } = new()
    {
        ["configuration"] = TinyDecoder.Config,
        ["configuration, one factor"] = TinyDecoder.Config with { Rope = new RopeScaling.Linear(2) },
        ["configuration, smooth"] = TinyDecoder.Config with { Rope = new RopeScaling.Llama3(8, 1, 4, 8192) },
        ["configuration, one divisor a frequency"] = TinyDecoder.Config with
        {
            Rope = new RopeScaling.Divided(toArray(Enumerable.Range(1, 64).Select(i => (float)i))),
        },
        ["plan"] = Plan(new Random(1), 120),
        ["training"] = new TrainingOptions(),
        ["training in steps"] = new TrainingOptions(Steps: 7),
        ["tokenizer"] = Tables with
        {
            Vocabulary = Tables.Vocabulary.Take(70).ToDictionary(e => e.Key, e => e.Value),
            Merges = toArray(Tables.Merges.Take(60)),
            Prefix = Array(1),
            Suffix = Array(2),
            Normalizer = Array<NormalizerStep>(new NormalizerStep.Prepend("_"), new NormalizerStep.Replace(" ", "_")),
            Decoder = Tables.Decoder + Array<DecoderStep>(new DecoderStep.Strip(' ', 1, 0), new DecoderStep.Replace("_", " ")),
        },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryChangeOfOnePlaceIsAnotherFingerprint(string kind)
    {
        object value = Values[kind];
        Fingerprint whole = Fingerprint.Of(("it", value));
        (string Place, object Value)[] altered = [.. Alterations.Of("it", value).Where(a => !a.Value.Equals(value))];
        Assert.True(altered.Length > 10, $"{altered.Length} alterations");
        Assert.All(altered, a =>
        {
            Fingerprint other = Fingerprint.Of(("it", a.Value));
            Assert.True(whole.Sha256 != other.Sha256, a.Place);
            Assert.NotEqual(Fingerprint.OfValue(value), Fingerprint.OfValue(a.Value));
            Assert.NotEqual("", whole.Differences(other));
        });
        Assert.Equal(whole.Sha256, Fingerprint.Of(("it", value)).Sha256);
        Assert.Equal("", whole.Differences(Fingerprint.Of(("it", value))));
    }

    [Fact]
    public void RandomPlansAndConfigurationsHaveEqualFingerprintsWhereTheyAreEqual()
    {
        Random random = new(11);
        int equal = 0;
        for (int turn = 0; turn < 400; turn++)
        {
            int seed = random.Next();
            int layers = random.Next(1, 90);
            AdapterPlan one = Plan(new Random(seed), layers);
            AdapterPlan other = random.Next(2) == 0 ? Plan(new Random(seed), layers) : Near(one, random);
            DecoderConfig left = TinyDecoder.Config with { RopeTheta = random.Next(1, 4), Layers = random.Next(1, 4) };
            DecoderConfig right = TinyDecoder.Config with { RopeTheta = random.Next(1, 4), Layers = left.Layers };
            bool same = one.Equals(other) && left == right;
            equal += same ? 1 : 0;
            Assert.Equal(
                same, Fingerprint.Of(("model", left), ("plan", one)).Sha256 == Fingerprint.Of(("model", right), ("plan", other)).Sha256);
        }

        Assert.InRange(equal, 20, 380);
    }

    [Fact]
    public void DifferencesNameTheFactsAndBothValues()
    {
        Fingerprint here = Fingerprint.Of(("training", new TrainingOptions(Steps: 310, Seed: 3)));
        Fingerprint there = Fingerprint.Of(("training", new TrainingOptions(Steps: 300)));
        Assert.Equal("training.seed is 42 there, 3 here; training.steps is 300 there, 310 here", here.Differences(there));
    }

    [Fact]
    public void WhatIsSupervisedAndWhereASampleEndsCount()
    {
        string Hash(params TokenizedSample[] samples) => Fingerprint.OfSamples(samples);
        TokenizedSample sample = new(Array(1, 2, 3), Array(false, false, true));
        string[] all =
        [
            Hash(sample),
            Hash(sample, sample),
            Hash(sample with { Supervised = Array(false, true, true) }),
            Hash(sample with { Ids = Array(1, 2, 4) }),
            Hash(new TokenizedSample(Array(1), Array(false)), new TokenizedSample(Array(2, 3), Array(false, true))),
            Hash(new TokenizedSample(Array(1, 2), Array(false, false)), new TokenizedSample(Array(3), Array(true))),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(Hash(sample), Hash(new TokenizedSample(Array(1, 2, 3), Array(false, false, true))));
    }

    [Fact]
    public void ModelsAreToldApartByWeightsAndByEachEntryOfTheConfiguration()
    {
        ModelIdentity model = ModelIdentity.Of(new string('a', 64), "m", TinyDecoder.Config);
        Assert.True(model.Against(ModelIdentity.Of(new string('a', 64), "another name", TinyDecoder.Config)).IsNone);
        Assert.True(model.Against(model with { Configuration = None }).IsNone);
        Assert.True(model.Against(model with { Sha256 = "" }).IsNone);
        Assert.True(model.Against(ModelIdentity.Of(new string('b', 64), "m", TinyDecoder.Config)).IsSome);
        Assert.All(
            Alterations.Of("it", TinyDecoder.Config).Select(a => (DecoderConfig)a.Value),
            other => Assert.True(model.Against(ModelIdentity.Of(new string('a', 64), "m", other)).IsSome, $"{other}"));
        (string mine, string theirs) = model.Against(
            ModelIdentity.Of(new string('a', 64), "m", TinyDecoder.Config with { RopeTheta = 100 }))
            .IfNone(("", ""));
        Assert.Equal(("m (rope_theta 10000)", "m (rope_theta 100)"), (mine, theirs));
    }

    [Fact]
    public void ATypeThatHidesWhatItStoresIsABug() =>
        Assert.Throws<NotSupportedException>(() => Fingerprint.Of(("it", new Random(1))));

    private static AdapterPlan Plan(Random random, int layers) => new(
        random.Next(2) == 0 ? new AdapterKind.Lora() : new AdapterKind.Hydra(),
        Array(Projection.Up, Projection.Down),
        toArray(Enumerable.Range(0, layers).Select(layer => new LayerAdapter(layer, random.Next(1, 9), 1))),
        random.Next(1, 40),
        0.05)
    {
        Overrides = Array(new ModuleOverride(0, Projection.Up, random.Next(1, 9), 2)),
        RankStabilized = random.Next(2) == 0,
    };

    private static AdapterPlan Near(AdapterPlan plan, Random random)
    {
        (string, object)[] all = [.. Alterations.Of("", plan)];
        return (AdapterPlan)all[random.Next(all.Length)].Item2;
    }
}
