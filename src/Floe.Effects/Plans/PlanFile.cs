using System.Text;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Masks;
using Floe.Domain.Metrics;
using Floe.Domain.Layers;
using Floe.Domain.Training;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>A plan as it was read.</summary>
/// <param name="Plan">What it asks for.</param>
/// <param name="Text">The file, verbatim.</param>
public sealed record StoredPlan(RunPlan Plan, string Text);

/// <summary>
/// Reads a plan file (YAML). Strict: a key that is not known, a value of the wrong type or out of range is a fault with its line and
/// column, and all faults are shown at once. The keys and the reason of each default are listed in docs/formats.md.
/// </summary>
public static class PlanFile
{
    private const string Probe = "probe";

    private static readonly Words<Decay> Decays = new(("cosine", Decay.Cosine), ("linear", Decay.Linear), ("constant", Decay.Constant));
    private static readonly Words<WeightType> Types = new([.. WeightTypes.Words.Select(word => (word, WeightTypes.Of(word)))]);
    private static readonly Words<AnswerJudge> Judges = new(
        [.. AnswerJudge.Names.Select(name => (name, AnswerJudge.Named(name).IfLeft(AnswerJudge.Exact)))]);
    private static readonly Words<bool> Truth = new(("true", true), ("false", false));

    /// <summary>Reads a file. Paths in it are relative to its folder; <c>$FLOE_ASSETS/</c> at the start of one stands for the folder of
    /// models and data.</summary>
    /// <param name="path">The plan file.</param>
    /// <returns>The plan, or everything that is wrong with it.</returns>
    public static Either<FloeError, StoredPlan> Read(string path) =>
        from text in TextFile.Read(path, YamlTree.MostBytes, FileForm.Yaml)
        from plan in ForeignFile.Named(path, Encoding.UTF8.GetBytes(text), FileForm.Yaml, Parse(path, text))
        select new StoredPlan(plan, text);

    /// <summary>Reads a text.</summary>
    /// <param name="path">Where it comes from: for messages, and the folder that its paths are relative to.</param>
    /// <param name="text">YAML.</param>
    /// <returns>The plan, or everything that is wrong with it.</returns>
    public static Either<FloeError, RunPlan> Parse(string path, string text) => YamlTree.Read(path, text).Bind(root =>
    {
        List<FloeError> faults = [];
        if (root is not YamlNode.Map map)
        {
            return new FloeError.BadData(path, "a group of keys", root.Kind, "Start from one of the plans under plans/.");
        }

        RunPlan plan = Plan(new YamlSection(path, "", map, faults), new PlanPaths(path));
        return faults switch
        {
            [] => Right<FloeError, RunPlan>(plan),
            [FloeError only] => only,
            [FloeError first, .. List<FloeError> rest] => new FloeError.Several(first, rest),
        };
    });

    private static RunPlan Plan(YamlSection root, PlanPaths paths)
    {
        Arr<DataPart> sample = Data(root, "sample", paths, least: 1);
        Arr<DataPart> train = root.Has("train") ? Data(root, "train", paths, least: 1) : sample;
        int seed = root.Whole("seed", 42, 0);
        Option<int> length = root.OptionalWhole("length", 2);
        TrainingSettings training = Training(root.Section("training"), new TrainingSettings(
            Presets.Floe.Training with { Seed = seed, MaxLength = length.IfNone(Presets.Floe.Training.MaxLength) }, MicroBatchTokens: 1024,
                CheckpointEvery: 20));
        (SelectionOptions Options, Option<TuningMode> Tuning) selection = Selection(root.Section("selection"));
        RunPlan plan = new(
            root.Text("name"),
            paths.Resolve(root.Text("model")),
            root.OptionalText("tokenizer").Map(paths.Resolve),
            seed,
            length,
            sample,
            train,
            Data(root, "heldout", paths, least: 1),
            Calibration(root.Section("calibration"), paths),
            Adapter(root.Section("adapter")),
            Training(root.Section("sample_training"), training),
            training,
            Collection(root.Section("collection")),
            selection.Options,
            selection.Tuning,
            Policies(root, (ulong)seed),
            Evaluation(root.Section("evaluation")),
            Generation(root.Section("generation")))
        {
            Weights = root.Choice("dtype", WeightType.Float32, Types),
            Probe = root.Has(Probe) ? Data(root, Probe, paths, least: 1) : Arr<DataPart>.Empty,
        };
        if (plan.Probes.Count > 0 != plan.Probe.Count > 0)
        {
            root.Complain(
                plan.Probe.Count > 0 ? Probe : "policies",
                plan.Probe.Count > 0
                    ? $"a policy that looks at the adapter ({string.Join(", ", LayerProbes.Words)})"
                    : "samples to look at the adapter with, under probe",
                plan.Probe.Count > 0 ? string.Join(", ", plan.Policies.Map(policy => policy.Name)) : "none",
                plan.Probe.Count > 0 ? "Name such a policy, or leave probe out." : "Give probe a list of data that sample does not hold.");
        }

        if (plan.Name.AsSpan().IndexOfAny('/', '\\') >= 0 || plan.Name.StartsWith('.'))
        {
            root.Complain("name", "a plain folder name", plan.Name, "Use letters, digits and dashes.");
        }

        root.Close();
        return plan;
    }

    private static Arr<PlannedPolicy> Policies(YamlSection root, ulong seed)
    {
        const string Key = "policies";
        Arr<string> names = root.Words(Key, Array("fisher", "random", "weight-norm", "all"));
        if (names.Distinct().Count() != names.Count)
        {
            root.Complain(Key, "each policy once", string.Join(", ", names), "Remove the second one.");
        }

        return names.Bind(name => Policy.Parse(name, seed).Match(
            Right: policy => Array(new PlannedPolicy(name, policy)),
            Left: error =>
            {
                (string expected, string found) = error is FloeError.Usage unknown ? (unknown.Expected, unknown.Found) : ("a policy", name);
                root.Complain(Key, expected, found, "Check the spelling.");
                return Arr<PlannedPolicy>.Empty;
            }));
    }

    private static Arr<DataPart> Data(YamlSection root, string key, PlanPaths paths, int least) =>
        toArray(root.Sections(key, least).Select(part =>
    {
        DataPart data = new(paths.Resolve(part.Text("data")), part.Whole("skip", 0, 0), part.OptionalWhole("take", 1));
        part.Close();
        return data;
    }));

    private static CalibrationSettings Calibration(YamlSection section, PlanPaths paths)
    {
        CalibrationSettings settings = new(
            section.OptionalText("text").Map(paths.Resolve),
            section.Whole("sequences", 8, 1),
            section.Whole("tokens", 128, 2),
            section.Whole("batch", 0, 0));
        section.Close();
        return settings;
    }

    private static AdapterSettings Adapter(YamlSection section)
    {
        AdapterSettings usual = Presets.Floe.Adapter;
        AdapterKind kind = AdapterKind.Named(section.Choice("kind", usual.Kind.Name, [.. AdapterKind.Names])).IfNone(usual.Kind);
        AdapterSettings settings = new(
            kind,
            section.Whole("rank", usual.Rank, 1, 1024),
            section.Real("alpha", usual.Alpha, 0, 1e6),
            section.Real("dropout", usual.Dropout, 0, 0.99),
            section.Whole("experts", kind.UsualExperts, 1, 64),
            Modules(section, kind));
        if (!kind.HasExperts && settings.Experts != 1)
        {
            section.Complain("experts", $"1 for {kind.Name}", $"{settings.Experts}", "Leave it out, or choose kind: hydra.");
        }

        foreach (string key in ((string[])["rank", "alpha", "dropout"]).Where(key => !kind.HasRank && section.Has(key)))
        {
            section.Complain(key, $"none, as {kind.Title} has no rank", "one", "Leave it out: nothing would read it.");
        }

        if (!kind.ChoosesLayers)
        {
            section.Complain("kind", "an adapter of layers, as a run chooses layers", kind.Name, "Choose another kind.");
        }

        foreach (KindNumber number in kind.Numbers.Where(number => section.Has(number.Name)))
        {
            settings = settings with
            {
                Kind = number.With(settings.Kind, number.Whole
                    ? section.Whole(number.Name, (int)number.Of(kind), (int)number.Least, (int)number.Most)
                    : section.Real(number.Name, number.Of(kind), number.Least, number.Most)),
            };
        }

        section.Close();
        return settings;
    }

    private static Arr<Projection> Modules(YamlSection section, AdapterKind kind)
    {
        Arr<string> names = section.Words("modules", kind.UsualModules.Map(module => module.Name()));
        Arr<Projection> modules = Projections.Parse("modules", names).IfLeft(Arr<Projection>.Empty);
        if (modules.Distinct().Count() != names.Count)
        {
            section.Complain("modules", $"each at most once of {Projections.Words}", string.Join(", ", names), "Change the list.");
        }

        return modules;
    }

    private static TrainingSettings Training(YamlSection section, TrainingSettings fallback)
    {
        TrainingOptions defaults = fallback.Options;
        Option<int> steps = section.OptionalWhole("steps", 1);
        TrainingSettings settings = new(
            defaults with
            {
                Epochs = section.Real("epochs", defaults.Epochs, 0, 1e6),
                Steps = steps.IsSome || section.Has("epochs") ? steps : defaults.Steps,
                Batch = section.Whole("batch", defaults.Batch, 1),
                LearningRate = section.Real("learning_rate", defaults.LearningRate, 0, 10),
                WarmUpShare = section.Real("warmup", defaults.WarmUpShare, 0, 1),
                Decay = section.Choice("schedule", defaults.Decay, Decays),
                WeightDecay = section.Real("weight_decay", defaults.WeightDecay, 0, 10),
                ClipNorm = section.Real("clip", defaults.ClipNorm, 0, 1e6),
            },
            section.Whole("micro_batch_tokens", fallback.MicroBatchTokens, 1),
            section.Whole("checkpoint_every", fallback.CheckpointEvery, 1));
        if (steps.IsSome && section.Has("epochs"))
        {
            section.Complain("steps", "one of steps and epochs", "both", "Keep one.");
        }

        section.Close();
        return settings;
    }

    private static CollectionSettings Collection(YamlSection section)
    {
        CollectionSettings settings = new(
            section.Choice("per_sample", false, Truth),
            section.Choice("statistics", true, Truth),
            section.Whole("micro_batch_tokens", 0, 0))
        {
            Weights = section.Choice("dtype", WeightType.Float32, Types),
        };
        section.Close();
        return settings;
    }

    private static (SelectionOptions Options, Option<TuningMode> Tuning) Selection(YamlSection section)
    {
        SelectionOptions usual = new();
        Option<double> cost = section.OptionalReal("cost", 0, double.MaxValue);
        Option<int> count = section.OptionalWhole("layers", 1);
        Option<double> share = section.OptionalReal("share", 0, 1);
        Option<double> threshold = section.OptionalReal("threshold", -1e9, 1e9);
        SelectionOptions options = usual with
        {
            Budget = SelectionWords.Budget(section.Real("budget", 0.5, 0, 1), cost),
            Determination = section.Choice("determination", usual.Determination, SelectionWords.Determinations),
            Scope = section.Choice("scope", usual.Scope, SelectionWords.Scopes),
            Refinement = section.Choice("refinement", usual.Refinement, SelectionWords.Refinements),
            Weights = section.Choice("weights", usual.Weights, SelectionWords.Weights),
            Choice = SelectionWords.Choice(count, share, threshold, section.Choice("at_least_half", false, Truth)),
            ExactStates = section.Whole("exact_states", (int)usual.ExactStates, 1),
        };
        Option<TuningMode> tuning = section.Choice("tuning", TuningMode.Retained, SelectionWords.Tunings);
        int ways = count.Count() + share.Count() + threshold.Count();
        if (ways > 1)
        {
            section.Complain("layers", "one of layers, share, threshold", $"{ways} of them", "Keep one.");
        }

        if (section.Has("budget") && cost.IsSome)
        {
            section.Complain("cost", "one of budget and cost", "both", "Keep one.");
        }

        section.Close();
        return (options, tuning);
    }

    private static EvaluationSettings Evaluation(YamlSection section)
    {
        EvaluationSettings settings = new(
            section.Whole("exact_match", 0, 0),
            section.Whole("answer_tokens", 48, 1, 4096),
            section.Choice("answer_rule", AnswerJudge.Exact, Judges));
        section.Close();
        return settings;
    }

    private static GenerationSettings Generation(YamlSection section)
    {
        GenerationSettings settings = new(section.Whole("prompts", 4, 0, 1000), section.Whole("tokens", 48, 1, 4096));
        section.Close();
        return settings;
    }
}
