using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Tables;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Results;

/// <summary>A plan as it is stored.</summary>
/// <param name="Plan">Which layers get which adapter.</param>
/// <param name="Model">The model whose layers were chosen, where the file says it.</param>
public sealed record StoredAdapterPlan(AdapterPlan Plan, Option<ModelIdentity> Model);

/// <summary><c>plan.json</c>: which layers get which adapter. The output of a choice of layers, the input of training.</summary>
public static class AdapterPlanFile
{
    /// <summary>Format name and version.</summary>
    public const string Format = "plan/1";

    /// <summary>Writes a plan, whole: what is empty or as usual, such as overrides of single modules, is left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">What to write.</param>
    /// <param name="model">The model whose layers were chosen, where that is known.</param>
    public static Either<FloeError, Unit> Write(string path, AdapterPlan plan, Option<ModelIdentity> model) =>
        plan.Checked().Bind(_ => ResultJson.Write(path, Format, writer =>
    {
        foreach ((string key, string value) in model.Match(Some: known => known.Pairs, None: () => []))
        {
            writer.WriteString(key, value);
        }

        writer.WriteString("adapter", plan.Kind.Name);
        foreach (KindNumber number in plan.Kind.Numbers.Where(number => number.Of(plan.Kind) != Usual(number, plan.Kind)))
        {
            writer.WriteNumber(number.Name, number.Of(plan.Kind));
        }

        writer.WriteStartArray("modules");
        plan.Modules.Iter(module => writer.WriteStringValue(module.Name()));
        writer.WriteEndArray();
        writer.WriteNumber("alpha", plan.Alpha);
        writer.WriteNumber("dropout", plan.Dropout);
        writer.WriteStartArray("layers");
        foreach (LayerAdapter layer in plan.Layers)
        {
            writer.WriteStartObject();
            writer.WriteNumber("layer", layer.Layer);
            writer.WriteNumber("rank", layer.Rank);
            writer.WriteNumber("experts", layer.Experts);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Write(writer, "overrides", plan.Overrides, one =>
        {
            writer.WriteNumber("layer", one.Layer);
            writer.WriteString("module", one.Module.Name());
            writer.WriteNumber("rank", one.Rank);
            writer.WriteNumber("alpha", one.Alpha);
        });
        Write(writer, "omitted", plan.Omitted, one =>
        {
            writer.WriteNumber("layer", one.Layer);
            writer.WriteString("module", one.Module.Name());
        });
        if (plan.RankStabilized)
        {
            writer.WriteBoolean("rank_stabilized", true);
        }
    }));

    /// <summary>Reads a plan. Errors: a plan that is not sound, another format, a member that is missing or of the wrong kind.</summary>
    /// <param name="path">The file.</param>
    public static Either<FloeError, StoredAdapterPlan> Read(string path) =>
        from root in ResultJson.Read(path, Format)
        from kind in ResultJson.Text(path, root, "adapter").Bind(word => KindOf(path, word)).Bind(known => Numbers(path, root, known))
        from modules in JsonText.Member(path, root, "modules", JsonValueKind.Array).Bind(list =>
            list.EnumerateArray().Select((item, i) => (item, i)).Each(m => JsonText.Text($"{path}: modules[{m.i}]", m.item)))
        from alpha in ResultJson.Needed(path, root, "alpha")
        from dropout in ResultJson.Needed(path, root, "dropout")
        from layers in JsonText.Member(path, root, "layers", JsonValueKind.Array).Bind(list =>
            list.EnumerateArray().Select((item, i) => (item, i)).Each(l => Layer($"{path}: layers[{l.i}]", l.item)))
        from model in ResultJson.TextOrNone(path, root, ModelIdentity.ModelKey)
        from config in ResultJson.TextOrNone(path, root, ModelIdentity.ConfigurationKey)
        from projections in Projections.Parse("modules", modules).MapLeft(e => Placed(path, e))
        from overrides in Items(path, root, "overrides", Override)
        from omitted in Items(path, root, "omitted", Omission)
        from stabilized in JsonText.Has(root, "rank_stabilized", out _) ? JsonText.Flag(path, root, "rank_stabilized") : false
        from plan in new AdapterPlan(kind, projections, toArray(layers.OrderBy(l => l.Layer)), alpha, dropout)
        {
            Overrides = overrides,
            Omitted = omitted,
            RankStabilized = stabilized,
        }.Checked().MapLeft(e => Placed(path, e))
        select new StoredAdapterPlan(plan, model.Map(name => ModelIdentity.Parse(name, config)));

    private static FloeError Placed(string path, FloeError error) =>
        error is FloeError.Usage fault ? new FloeError.BadData($"{path}: {fault.Where}", fault.Expected, fault.Found, fault.Remedy) : error;

    private static Either<FloeError, AdapterKind> KindOf(string path, string word) => AdapterKind.Named(word)
        .ToEither<FloeError>(
            () => new FloeError.BadData($"{path}: adapter", string.Join(", ", AdapterKind.Names), word, "Correct the plan."));

    private static double Usual(KindNumber number, AdapterKind kind) =>
        AdapterKind.Named(kind.Name).Match(Some: number.Of, None: () => double.NaN);

    // The numbers that only this kind has; one that the file leaves out is as usual.
    private static Either<FloeError, AdapterKind> Numbers(string path, JsonElement root, AdapterKind kind) =>
        kind.Numbers.Where(number => JsonText.Has(root, number.Name, out _)).Aggregate(
            Right<FloeError, AdapterKind>(kind),
            (state, number) =>
                from before in state
                from value in ResultJson.Needed(path, root, number.Name)
                from allowed in Steps.Check(number.Allows(value), () => new FloeError.BadData(
                    $"{path}: {number.Name}", $"a {(number.Whole ? "whole " : "")}number from {number.Least} to {number.Most}", $"{value}",
                    "Correct the plan."))
                select number.With(before, value));

    private static Either<FloeError, LayerAdapter> Layer(string at, JsonElement item) =>
        from found in JsonText.Expect(at, item, JsonValueKind.Object)
        from layer in Count(at, found, "layer")
        from rank in Count(at, found, "rank")
        from experts in Count(at, found, "experts")
        select new LayerAdapter(layer, rank, experts);

    private static Either<FloeError, ModuleOverride> Override(string at, JsonElement item) =>
        from found in Omission(at, item)
        from rank in Count(at, item, "rank")
        from alpha in ResultJson.Needed(at, item, "alpha")
        select new ModuleOverride(found.Layer, found.Module, rank, alpha);

    private static Either<FloeError, OmittedModule> Omission(string at, JsonElement item) =>
        from found in JsonText.Expect(at, item, JsonValueKind.Object)
        from layer in Count(at, found, "layer")
        from name in ResultJson.Text(at, found, "module")
        from module in Projections.Parse("module", [name]).MapLeft(e => Placed(at, e))
        select new OmittedModule(layer, module[0]);

    private static Either<FloeError, Arr<T>> Items<T>(
        string path, JsonElement root, string name, Func<string, JsonElement, Either<FloeError, T>> read) =>
        !JsonText.Has(root, name, out _)
            ? Arr<T>.Empty
            : JsonText.Member(path, root, name, JsonValueKind.Array).Bind(list =>
                list.EnumerateArray().Select((item, i) => (item, i)).Each(one => read($"{path}: {name}[{one.i}]", one.item))).Map(toArray);

    private static void Write<T>(Utf8JsonWriter writer, string name, Arr<T> items, Action<T> members)
    {
        if (items.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (T item in items)
        {
            writer.WriteStartObject();
            members(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Either<FloeError, int> Count(string at, JsonElement item, string name) => JsonText.Whole(at, item, name).Bind(found =>
        found.Filter(v => v is >= 0 and <= int.MaxValue).Map(v => (int)v)
            .ToEither<FloeError>(new FloeError.BadData($"{at}: {name}", "a whole number from 0", "none", "Correct the plan.")));
}
