using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Adapters.Stored;

/// <summary>An <c>adapter_config.json</c> as a kind of adapter reads it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Root">What it says.</param>
/// <param name="Read">Its single values; problems are gathered and come out of <see cref="Only"/>.</param>
internal sealed record StoredConfig(string Path, JsonElement Root, Settings Read)
{
    /// <summary><c>base_model_name_or_path</c>; empty where there is none.</summary>
    public string BaseModel => Read.Text("base_model_name_or_path", "");

    /// <summary>Every problem of what was read; and refuses by name whatever the file sets that its kind does not know.</summary>
    /// <param name="known">The keys that the kind knows besides those of every kind.</param>
    public Either<FloeError, Unit> Only(IReadOnlyCollection<string> known) =>
        JsonText.Members(Root).Each(item => JsonText.NameOf(Path, item).Map(key => (key, item.Value))).Bind(keys =>
        {
            foreach (string key in keys.Where(item => AdapterKeys.IsSet(item.Value)).Select(item => item.key))
            {
                if (AdapterKeys.Refused(key, known) is { } feature)
                {
                    Read.Refuse(true, key.Length <= 120 ? key : key[..120], feature, "an adapter without it");
                }
            }

            return Read.Result(() => unit);
        });

    /// <summary>
    /// A list of names, a regular expression, or <c>all-linear</c>; none where the key says nothing. An empty list of targets names
    /// nothing.
    /// </summary>
    public Either<FloeError, Option<TargetModules>> Modules(string key)
    {
        string at = $"{Path}: {key}";
        JsonElement value = JsonText.Has(Root, key, out JsonElement found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => Option<TargetModules>.None,
            JsonValueKind.Array when value.GetArrayLength() == 0 && key != "target_modules" => Option<TargetModules>.None,
            JsonValueKind.String => JsonText.Text(at, value).Map(text =>
                string.Equals(text, "all-linear", StringComparison.OrdinalIgnoreCase) && key == "target_modules"
                    ? Some<TargetModules>(new TargetModules.AllLinear())
                : text.Length == 0 && key != "target_modules" ? None
                : Some<TargetModules>(new TargetModules.Pattern(text))),
            JsonValueKind.Array when value.GetArrayLength() > 0 => value.EnumerateArray().Each(item => JsonText.Text(at, item))
                .Map(names => Some<TargetModules>(new TargetModules.Names(toArray(names.Distinct(StringComparer.Ordinal))))),
            _ => new FloeError.BadData(
                at, "a list of modules or a regular expression",
                value.ValueKind == JsonValueKind.Array ? "an empty list" : $"{value.ValueKind}",
                "Name the adapted modules."),
        };
    }

    /// <summary>A layer or a list of layers; none where the key says nothing.</summary>
    public Either<FloeError, Option<Arr<int>>> Layers(string key)
    {
        string at = $"{Path}: {key}";
        JsonElement value = JsonText.Has(Root, key, out JsonElement found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => Option<Arr<int>>.None,
            JsonValueKind.Array when value.GetArrayLength() == 0 => Option<Arr<int>>.None,
            JsonValueKind.Array => value.EnumerateArray().Each(item => ReadLayer(at, item)).Map(layers => Some(toArray(layers))),
            _ => ReadLayer(at, value).Map(layer => Some(Array(layer))),
        };
    }

    private static Either<FloeError, int> ReadLayer(string at, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int layer) && layer >= 0
            ? layer
            : new FloeError.BadData(
                at, "layers from 0", value.GetRawText() is { Length: <= 40 } raw ? raw : $"a long {value.ValueKind}", "Correct the list.");

    /// <summary>A text or a list of texts; empty where the key says nothing.</summary>
    public Either<FloeError, Arr<string>> Texts(string key)
    {
        string at = $"{Path}: {key}";
        JsonElement value = JsonText.Has(Root, key, out JsonElement found) && AdapterKeys.IsSet(found) ? found : default;
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => Arr<string>.Empty,
            JsonValueKind.Array => value.EnumerateArray().Each(item => JsonText.Text(at, item)).Map(texts => toArray(texts)),
            _ => JsonText.Text(at, value).Map(text => Array(text)),
        };
    }

    /// <summary>Patterns of modules with a value each; empty where the key says nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="decode">The value; none where it is wrong.</param>
    public Either<FloeError, Arr<(string Pattern, T Value)>> Pattern<T>(string key, Func<Setting, Option<T>> decode) =>
        !JsonText.Has(Root, key, out JsonElement found) || !AdapterKeys.IsSet(found)
            ? Arr<(string, T)>.Empty
            : from section in JsonText.Member(Path, Root, key, JsonValueKind.Object)
              from entries in JsonText.Members(section).Each(item =>
                  from name in JsonText.NameOf(Path, item)
                  from value in decode(Setting.Of(section, name)).ToEither<FloeError>(() =>
                      new FloeError.BadData(
                          $"{Path}: {key}: {(name.Length <= 120 ? name : name[..120])}", "a number above 0",
                          Setting.Of(section, name).Found, "Correct the pattern."))
                  select (name, value))
              select toArray(entries);
}
