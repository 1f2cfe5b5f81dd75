using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Floe.Domain.Ranks;
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

    /// <summary>What stands in the way of reading stored values as those of a dimension; None where nothing does. Whole numbers may be of
    /// another range.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="distribution">What the store says they were drawn from.</param>
    public static Option<string> Misfit(Dimension dimension, string distribution)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(distribution);
            string name = document.RootElement.GetProperty("name").GetString() ?? "";
            return dimension switch
            {
                Dimension.Whole => name is "IntDistribution" or "IntUniformDistribution" or "IntLogUniformDistribution" ? None : Some(name),
                Dimension.Choice choice => name == "CategoricalDistribution"
                    && document.RootElement.GetProperty("attributes")
                        .GetProperty("choices")
                        .EnumerateArray()
                        .Select(c => c.ToString())
                        .SequenceEqual(choice.Words.AsEnumerable())
                    ? None
                    : Some(name),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "a distribution that cannot be read";
        }
    }
}
