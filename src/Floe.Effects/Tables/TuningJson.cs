using System.Buffers;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Masks;
using Floe.Domain.Scores;
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

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            TuningStatus[] states = [.. document.RootElement.EnumerateArray().Select(Status)];
            return states.Length == 2 * shape.Layers ? states : Bad(table.Path, $"{states.Length} objects");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return Bad(table.Path, wrong.Message);
        }

        FloeError.BadData Bad(string path, string found) =>
            new($"{path}, metadata {Key}", $"one object for each of {2 * shape.Layers} components", found.TrimEnd('.'), "Write the masks again.");
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

    private static TuningStatus Status(JsonElement status) => status.GetProperty("tuned").GetBoolean()
        ? new TuningStatus.Tuned(status.GetProperty("residual_binary").GetDouble(), status.GetProperty("residual_tuned").GetDouble())
        : new TuningStatus.Binary(status.GetProperty("reason").GetString()!, Number(status, "residual_binary"), Number(status, "residual_rejected"));

    private static Option<double> Number(JsonElement status, string name) => status.TryGetProperty(name, out JsonElement value) ? Some(value.GetDouble()) : None;
}
