using System.CommandLine;
using System.Text.Json.Nodes;
using Floe.Cli.Options;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Domain.Scores;
using Floe.Effects.Formats;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Commands;

/// <summary><c>floe allocate</c>: how many experts and which rank each chosen layer gets from one budget of trainable parameters.</summary>
internal static class AllocateCommand
{
    private const string PlanName = "plan.json";

    /// <summary>Builds the command.</summary>
    public static Command Make()
    {
        Argument<string> ranked = Inputs.Path("layers", "layers.parquet of select or tune.");
        Setting<int> parameters = Inputs.RequiredWhole("--parameters", "Most trainable parameters of the whole adapter.", 1);
        Setting<string?> chosen = Inputs.Text(
            "--layers", "LIST", "Decoder layers: all, or a list such as 0,4,9-12; the selected ones of the table without it.");
        Setting<string?> model = Inputs.Text("--model", "PATH", "Model whose widths count, for a table that does not say its shape.");
        AdapterInputs adapter = new();
        Setting<int> leastRank = Inputs.Whole("--min-rank", "Rank that every layer gets at least.", 2, 1, 1024);
        Setting<int> mostRank = Inputs.Whole("--max-rank", "Largest rank of a layer.", 16, 1, 1024);
        Setting<int> leastExperts = Inputs.Whole("--min-experts", "Experts that every layer gets at least.", 1, 1, 64);
        Setting<int?> mostExperts = Inputs.OptionalWhole(
            "--max-experts", "Most experts of a layer; 6 without it, 1 for a kind that has none.", 1, 64);
        Setting<string> folder = Common.Out(".");
        Setting<bool> json = Common.Json();
        return new FloeCommand(
            "allocate",
            "Gives each chosen layer experts and a rank by its importance, within a number of trainable parameters.",
            "floe allocate data/smollm2/layers.parquet --parameters 1000000 --out allocated",
            [ranked, parameters, chosen, model, .. adapter.OfEveryLayer, leastRank, mostRank, leastExperts, mostExperts, folder, json],
            call =>
                from file in LayerTables.Read(call.Get(ranked))
                from shape in Shape(file, call.Get(ranked), Optional(call.Get(model)!))
                from template in adapter.On(call, [])
                from sound in (template with { Layers = Array(new LayerAdapter(0, 1, 1)) }).Checked()
                from layers in call.Get(chosen) is { } list
                    ? LayerList.Of(list, file.Rows.Count, call.Get(ranked), () => file.Metadata)
                    : file.Selected
                let limits = new AllocationLimits(
                    call.Get(leastRank), call.Get(mostRank), call.Get(leastExperts), call.Get(mostExperts)
                        ?? (template.Kind.HasExperts ? 6 : 1))
                let importance = file.Rows.Map(row => row.Importance)
                from plan in Allocation.Run(template, shape, layers, importance.ToArray(), limits, call.Get(parameters))
                from result in Result(plan, shape, importance)
                from written in AdapterPlanFile.Write(Path.Combine(call.Get(folder), PlanName), plan, file.Metadata.Model)
                select Print(call.Terminal, result, call.Get(json)));
    }

    private static Either<FloeError, ModelShape> Shape(LayerFile file, string path, LanguageExt.Option<string> model) => model.Match(
        Some: checkpoint => Checkpoints.Open(checkpoint).Bind(opened =>
        {
            using (opened)
            {
                return
                    from hash in ContentHash.Of(checkpoint)
                    let known = new TableMetadata(
                        Model: ModelIdentity.Of(hash, Path.GetFileName(Path.TrimEndingDirectorySeparator(checkpoint)), opened.Config))
                    from same in Origins.SameModel(path, file.Metadata, "--model", known, "Give the layers of this model.")
                    select opened.Config.Shape;
            }
        }),
        None: () => file.Metadata.Shape.Filter(shape => shape is { Hidden: > 0, HeadDim: > 0 }).ToEither<FloeError>(
            new FloeError.Usage("--model", $"a model, since {path} does not say how wide its model is", "none", "Name the model.")))
        .Bind(shape => shape.Layers == file.Rows.Count
            ? Right<FloeError, ModelShape>(shape)
            : new FloeError.BadData(
                path, $"{shape.Layers} layers, as the model has", $"{file.Rows.Count}", "Give the layers of this model."));

    private static Either<FloeError, JsonObject> Result(AdapterPlan plan, ModelShape shape, Arr<double> importance) =>
        from rows in plan.Layers.Fold(Right<FloeError, Arr<JsonNode?>>(Arr<JsonNode?>.Empty), (all, layer) =>
            from before in all
            from count in AdapterParameters.Count(plan with { Layers = Array(layer) }, shape)
            select before.Add(new JsonObject
            {
                ["layer"] = layer.Layer,
                ["importance"] = importance[layer.Layer],
                ["rank"] = layer.Rank,
                ["experts"] = layer.Experts,
                ["parameters"] = count,
            }))
        from total in AdapterParameters.Count(plan, shape)
        select new JsonObject { ["parameters"] = total, ["layers"] = JsonOutput.Array(rows) };

    private static Unit Print(Terminal terminal, JsonObject result, bool json)
    {
        ResultPage.Write(terminal, result, json);
        return unit;
    }
}
