using System.Buffers;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>
/// <c>floe.tuning</c>: one object a component, by layer, heads first: <c>{"tuned":true,"residual_binary":…,"residual_tuned":…}</c> or
/// <c>{"tuned":false,"reason":…}</c>, with the residuals of a solution that was not taken.
/// </summary>
internal static class TuningJson
{
    /// <summary>The metadata key.</summary>
    public const string Key = "floe.tuning";

    private const string Remedy = "Write the masks again.";

    /// <summary>The status of every component as text.</summary>
    /// <param name="masks">The masks.</param>
    /// <returns>A JSON array of two objects a layer.</returns>
    public static string Write(UnitMasks masks)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartArray();
        for (int layer = 0; layer < masks.Shape.Layers; layer++)
        {
            Component(json, masks.Status(layer, Floe.Domain.Scores.Component.Head));
            Component(json, masks.Status(layer, Floe.Domain.Scores.Component.Neuron));
        }

        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The status of every component of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>Two a layer, none where the table says nothing of tuning, or what is wrong with the text.</returns>
    public static Either<FloeError, IReadOnlyList<TuningStatus>> Read(ParquetTable table, ModelShape shape)
    {
        if (!table.Metadata.TryGetValue(Key, out string? text))
        {
            return Right<FloeError, IReadOnlyList<TuningStatus>>([]);
        }

        string at = $"{table.Path}, metadata {Key}";
        return (
            from root in JsonText.Parse(at, Encoding.UTF8.GetBytes(text))
            from list in JsonText.Expect(at, root, JsonValueKind.Array)
            from states in list.EnumerateArray()
                .Select((state, index) => (state, place: $"{at}, item {index + 1}"))
                .Each(item => Status(item.place, item.state))
            from all in Steps.Check(
                states.Count == 2 * shape.Layers, () =>
                    new FloeError.BadData(at, $"one object for each of {2 * shape.Layers} components", $"{states.Count} objects", Remedy))
            select states).MapLeft(error => error is FloeError.BadData bad ? bad with { Remedy = Remedy } : error);
    }

    private static void Component(Utf8JsonWriter json, TuningStatus status)
    {
        json.WriteStartObject();
        json.WriteBoolean("tuned", status is TuningStatus.Tuned);
        if (status is TuningStatus.Tuned tuned)
        {
            json.WriteNumber("residual_binary", tuned.ResidualBinary);
            json.WriteNumber("residual_tuned", tuned.ResidualTuned);
        }
        else if (status is TuningStatus.Binary binary)
        {
            json.WriteString("reason", binary.Reason);
            binary.ResidualBinary.Filter(double.IsFinite).IfSome(value => json.WriteNumber("residual_binary", value));
            binary.ResidualRejected.Filter(double.IsFinite).IfSome(value => json.WriteNumber("residual_rejected", value));
        }

        json.WriteEndObject();
    }

    private static Either<FloeError, TuningStatus> Status(string at, JsonElement json) =>
        from status in JsonText.Expect(at, json, JsonValueKind.Object)
        from tuned in JsonText.Flag(at, status, "tuned")
        from binary in JsonText.Number(at, status, "residual_binary")
        from state in tuned
            ? from before in binary.ToEither<FloeError>(Missing(at, "residual_binary"))
              from after in JsonText.Number(at, status, "residual_tuned")
              from number in after.ToEither<FloeError>(Missing(at, "residual_tuned"))
              select (TuningStatus)new TuningStatus.Tuned(before, number)
            : from member in JsonText.Member(at, status, "reason", JsonValueKind.String)
              from reason in JsonText.Text($"{at}: reason", member)
              from rejected in JsonText.Number(at, status, "residual_rejected")
              select (TuningStatus)new TuningStatus.Binary(reason, binary, rejected)
        select state;

    private static FloeError.BadData Missing(string at, string name) => new(at, $"a number {name}", "none", Remedy);
}
