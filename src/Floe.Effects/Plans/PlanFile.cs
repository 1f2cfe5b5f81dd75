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
/// Reads a plan file (YAML). Strict: a key that is not known, a value of the wrong type or out of range is a fault with its line and column, and all
/// faults are shown at once. The keys and the reason of each default are listed in docs/formats.md.
/// </summary>
public static class PlanFile
{
    private static readonly (string Word, Decay Form)[] Decays = [("cosine", Decay.Cosine), ("linear", Decay.Linear), ("constant", Decay.Constant)];

    /// <summary>Reads a file. Paths in it are relative to its folder; <c>$FLOE_ASSETS/</c> at the start of one stands for the folder of models and data.</summary>
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
        int length = root.Whole("length", Presets.Floe.Training.MaxLength, 2);
        TrainingSettings training = Training(root.Section("training"), new TrainingSettings(
            Presets.Floe.Training with { Seed = seed, MaxLength = length }, MicroBatchTokens: 1024, CheckpointEvery: 20));
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
            Selection(root.Section("selection")),
            root.Words("policies", Array("fisher", "random", "weight-norm", "all")),
            Evaluation(root.Section("evaluation")),
            Generation(root.Section("generation")))
        {
            Weights = Weights(root),
            GivenLength = root.Has("length") ? Some(length) : None,
        };
        foreach (FloeError unknown in plan.Policies.AsEnumerable().SelectMany(p => Policy.Parse(p).LeftAsEnumerable()))
        {
            root.Complain("policies", unknown is FloeError.Usage usage ? usage.Expected : "policies", unknown is FloeError.Usage u ? u.Found : "another name", "Check the spelling.");
        }

        if (plan.Policies.Distinct().Count() != plan.Policies.Count)
        {
            root.Complain("policies", "each policy once", string.Join(", ", plan.Policies), "Remove the second one.");
        }

        if (plan.Name.AsSpan().IndexOfAny('/', '\\') >= 0 || plan.Name.StartsWith('.'))
        {
            root.Complain("name", "a plain folder name", plan.Name, "Use letters, digits and dashes.");
        }

        root.Close();
        return plan;
    }

    private static WeightType Weights(YamlSection section) =>
        WeightTypes.Of(section.Choice("dtype", WeightTypes.Words[0], [.. WeightTypes.Words]));

    private static Arr<DataPart> Data(YamlSection root, string key, PlanPaths paths, int least) => toArray(root.Sections(key, least).Select(part =>
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
        string kind = section.Choice("kind", "hydra", "hydra", "lora");
        AdapterSettings settings = new(
            kind,
            section.Whole("rank", Presets.Floe.Rank, 1, 1024),
            section.Real("alpha", Presets.Floe.Alpha, 0, 1e6),
            section.Real("dropout", Presets.Floe.Dropout, 0, 0.99),
            section.Whole("experts", kind == "lora" ? 1 : Presets.Floe.Experts, 1, 64),
            Modules(section));

        if (kind == "lora" && settings.Experts != 1)
        {
            section.Complain("experts", "1 for lora", $"{settings.Experts}", "Leave it out, or choose kind: hydra.");
        }

        section.Close();
        return settings;
    }

    private static Arr<Projection> Modules(YamlSection section)
    {
        Arr<string> names = section.Words("modules", Presets.Floe.Modules.Map(module => module.Name()));
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
                Decay = Decays.First(d => d.Word == section.Choice("schedule", Decays.First(d => d.Form == defaults.Decay).Word, [.. Decays.Select(d => d.Word)])).Form,
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
            section.Choice("per_sample", "false", "true", "false") == "true",
            section.Choice("statistics", "true", "true", "false") == "true",
            section.Whole("micro_batch_tokens", 0, 0))
        {
            Weights = Weights(section),
        };
        section.Close();
        return settings;
    }

    private static SelectionSettings Selection(YamlSection section)
    {
        SelectionSettings settings = new(
            section.Real("budget", 0.5, 0, 1),
            section.OptionalReal("cost", 0, double.MaxValue),
            section.Choice("determination", "kept", SelectionWords.Determinations),
            section.Choice("scope", "global", SelectionWords.Scopes),
            section.Choice("refinement", "exchange", SelectionWords.Refinements),
            section.Choice("tuning", "retained", SelectionWords.Tunings),
            section.Choice("weights", "equal", SelectionWords.Weights),
            section.OptionalWhole("layers", 1),
            section.OptionalReal("share", 0, 1),
            section.OptionalReal("threshold", -1e9, 1e9),
            section.Choice("at_least_half", "false", "true", "false") == "true")
        {
            ExactStates = section.Whole("exact_states", (int)ExactSearch.DefaultStates, 1),
        };
        int ways = settings.Count.Count() + settings.Share.Count() + settings.Threshold.Count();
        if (ways > 1)
        {
            section.Complain("layers", "one of layers, share, threshold", $"{ways} of them", "Keep one.");
        }

        if (section.Has("budget") && settings.Cost.IsSome)
        {
            section.Complain("cost", "one of budget and cost", "both", "Keep one.");
        }

        section.Close();
        return settings;
    }

    private static EvaluationSettings Evaluation(YamlSection section)
    {
        EvaluationSettings settings = new(
            section.Whole("exact_match", 0, 0),
            section.Whole("answer_tokens", 48, 1, 4096),
            AnswerJudge.Named(section.Choice("answer_rule", AnswerJudge.Exact.Name, AnswerJudge.Names)).IfLeft(AnswerJudge.Exact));
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
