using System.Text.Json;
using System.Text.Json.Nodes;
using Floe.Effects.Engine;
using Floe.Effects.Formats;
using Floe.Effects.Identities;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>A model by its weights' content, its configuration and its name: <c>floe.model</c> and <c>floe.config</c> of a table.</summary>
/// <param name="Sha256">SHA-256 of the weights' content, lower-case hexadecimal; empty where it is not known.</param>
/// <param name="Name">The name a person knows it by; no path.</param>
public sealed record ModelIdentity(string Sha256, string Name)
{
    internal const string ModelKey = "floe.model";
    internal const string ConfigurationKey = "floe.config";

    private const int ShownDigits = 8;

    /// <summary>What the configuration says of the decoder, as a JSON object of texts; none in tables of an earlier version.</summary>
    public Option<string> Configuration { get; init; }

    /// <summary>The identity of a model.</summary>
    /// <param name="sha256">SHA-256 of its weights.</param>
    /// <param name="name">Its name.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="weights">How its weights lay in memory; float32 is not named.</param>
    public static ModelIdentity Of(string sha256, string name, DecoderConfig config, WeightType weights = WeightType.Float32) =>
        new(sha256, name)
    {
        Configuration = new JsonObject(Fingerprint.Of(("", config)).Facts.Filter(fact => fact.Name.Length > 0)
            .Concat(weights == WeightType.Float32 ? [] : [new Fact("dtype", weights.Word())])
            .Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value))).ToJsonString(),
    };

    /// <summary>
    /// What tells two models apart: the weights where both are known, and what both configurations say. What one of them does not say is
    /// not held against the other, and the name says nothing.
    /// </summary>
    /// <param name="other">The other model.</param>
    /// <returns>This model and the other one in words that differ; none where they may be the same.</returns>
    public Option<(string This, string Other)> Against(ModelIdentity other)
    {
        if (Sha256.Length > 0 && other.Sha256.Length > 0 && Sha256 != other.Sha256)
        {
            return Some((Weights, other.Weights));
        }

        string[] keys = [
            .. Facts.Keys.Intersect(other.Facts.Keys).Where(key => Facts[key] != other.Facts[key]).Order(StringComparer.Ordinal)];
        return keys.Length > 0 ? Some((With(keys), other.With(keys))) : None;
    }

    /// <summary>The identity as keys and values of a file.</summary>
    internal IReadOnlyList<(string Key, string Value)> Pairs =>
        [(ModelKey, $"{Sha256} {Name}"), .. Configuration.Map(config => (ConfigurationKey, config))];

    /// <summary>The identity that a file's metadata say.</summary>
    /// <param name="model">The value of <c>floe.model</c>.</param>
    /// <param name="configuration">The value of <c>floe.config</c>, if it is there.</param>
    internal static ModelIdentity Parse(string model, Option<string> configuration) =>
        (model.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
            ? new ModelIdentity(model[..space], model[(space + 1)..])
            : new ModelIdentity("", model)) with { Configuration = configuration };

    private string Weights => $"{Name} (SHA-256 {Sha256[..Math.Min(ShownDigits, Sha256.Length)]}…)";

    private Dictionary<string, string> Facts => Configuration.Match(Some: Read, None: () => []);

    private string With(string[] keys) => $"{Name} ({string.Join(", ", keys.Select(key => $"{key} {Facts[key]}"))})";

    // A text that is no such object says nothing that could be compared.
    private static Dictionary<string, string> Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return JsonText.Members(document.RootElement).ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or ArgumentException)
        {
            return [];
        }
    }
}
