using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Floe.Domain.Ranks;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>Values and distributions as Optuna spells them in JSON.</summary>
internal static class StudyJson
{
    private static readonly JsonSerializerOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A number as Python writes it.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? value > 0 ? "Infinity" : "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A text.</summary>
    public static string Text(string value) => JsonSerializer.Serialize(value, Form);

    /// <summary>Local time as Optuna writes it: <c>2026-11-28T11:42:45.123456</c>.</summary>
    /// <param name="time">The time.</param>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>What the values of a dimension are drawn from.</summary>
    /// <param name="dimension">The dimension.</param>
    public static string Distribution(Dimension dimension) => dimension switch
    {
        Dimension.Whole whole => string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": {{{whole.Range.Low}}}, "high": {{{whole.Range.High}}}}}"""),
        Dimension.Choice choice => $$$"""{"name": "CategoricalDistribution", "attributes": {"choices": [{{{string.Join(", ", choice.Words.Select(Text))}}}]}}""",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A member that must be there and not null; throws <see cref="FormatException"/> where it is not.</summary>
    public static JsonElement Member(JsonElement parent, string name) =>
        JsonText.Has(parent, name, out JsonElement found) ? found : throw new FormatException();

    /// <summary>The members of an object, in their order; an attribute that is null is one all the same. None of what is no
    /// object.</summary>
    public static IEnumerable<JsonProperty> Items(JsonElement parent)
    {
#pragma warning disable RS0030 // null is a value of an attribute
        return parent.ValueKind == JsonValueKind.Object ? parent.EnumerateObject() : [];
#pragma warning restore RS0030
    }

    /// <summary>What stands in the way of reading stored values as those of a dimension; None where nothing does. Whole numbers may be of
    /// another range.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="distribution">What the store says they were drawn from.</param>
    public static Option<string> Misfit(Dimension dimension, string distribution)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(distribution);
            string name = Member(document.RootElement, "name").GetString() ?? "";
            return dimension switch
            {
                Dimension.Whole => name is "IntDistribution" or "IntUniformDistribution" or "IntLogUniformDistribution" ? None : Some(name),
                Dimension.Choice choice => name == "CategoricalDistribution"
                    && Member(Member(document.RootElement, "attributes"), "choices")
                        .EnumerateArray()
                        .Select(c => c.ToString())
                        .SequenceEqual(choice.Words.AsEnumerable())
                    ? None
                    : Some(name),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return "a distribution that cannot be read";
        }
    }
}
