using System.Globalization;
using System.Text.Json;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats;

/// <summary>One value of a configuration, whichever format it came from.</summary>
internal abstract record Setting
{
    private const int LongestList = 1 << 16;

    private Setting()
    {
    }

    public record Absent : Setting;

    /// <summary>There, and null: as absent, except where a family gives an absent key a value.</summary>
    public sealed record Null : Absent;

    public sealed record Whole(long Value) : Setting;

    public sealed record Real(double Value) : Setting;

    public sealed record Flag(bool Value) : Setting;

    public sealed record Text(string Value) : Setting;

    /// <summary>A list, with words for it.</summary>
    public sealed record List(IReadOnlyList<Setting> Items, string Words) : Setting;

    /// <summary>Anything else, with words for it.</summary>
    public sealed record Other(string Words) : Setting;

    /// <summary>What a message says was found.</summary>
    public string Found => this switch
    {
        Absent => "no such key",
        Whole w => w.Value.ToString(CultureInfo.InvariantCulture),
        Real r when r.Value == Math.Floor(r.Value) && Math.Abs(r.Value) < 1e15 => r.Value.ToString("F1", CultureInfo.InvariantCulture),
        Real r => r.Value.ToString("R", CultureInfo.InvariantCulture),
        Flag f => f.Value ? "true" : "false",
        Text t => t.Value.Length <= 60 ? $"the text \"{t.Value}\"" : $"a text of {t.Value.Length} characters",
        List l => l.Words,
        Other o => o.Words,
        _ => ToString(),
    };

    /// <summary>A member of a JSON object.</summary>
    public static Setting Of(JsonElement parent, string key) =>
        JsonText.Has(parent, key, out JsonElement value)
            ? Of(key, value)
            : value.ValueKind == JsonValueKind.Null
            ? new Null()
            : new Absent();

    private static Setting Of(string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => new Null(),
        JsonValueKind.True => new Flag(true),
        JsonValueKind.False => new Flag(false),
        JsonValueKind.Number when value.TryGetInt64(out long whole) => new Whole(whole),
        JsonValueKind.Number when value.TryGetDouble(out double real) && double.IsFinite(real) => new Real(real),
        JsonValueKind.String =>
            JsonText.Text(key, value).Match<Setting>(Right: text => new Text(text), Left: _ => new Other("a text with a lone surrogate")),
        JsonValueKind.Array when IsPlain(value) => new List([.. value.EnumerateArray().Select(item => Of(key, item))], Raw(value)),
        _ => new Other(Raw(value)),
    };

    // What a list of a configuration can be; anything deeper is nothing that a key asks for.
    private static bool IsPlain(JsonElement list) =>
        list.GetArrayLength() <= LongestList
            && list.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object));

    private static string Raw(JsonElement value) => value.GetRawText() is { Length: <= 40 } raw ? raw : $"a long {value.ValueKind}";
}

/// <summary>
/// Reads a configuration key by key and remembers every problem, so that a person sees all of them at once. A value with a problem reads as
/// its default, or as the least value that is allowed; <see cref="Result"/> then gives the problems and not the values.
/// </summary>
/// <param name="at">The file.</param>
/// <param name="find">The value of a key.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class Settings(string at, Func<string, Setting> find, List<FloeError> problems)
{
    /// <summary>What a person does about a wrong value.</summary>
    public string Remedy { get; init; } = "Correct the value, or fetch the model again.";

    /// <summary>The settings of a whole file.</summary>
    public Settings(string at, Func<string, Setting> find)
        : this(at, find, [])
    {
    }

    /// <summary>The value of a key as it is.</summary>
    public Setting this[string key] => find(key);

    /// <summary>The settings of a section; its problems are reported with those of the whole.</summary>
    public Settings Within(string section, Func<string, Setting> inner) =>
        new($"{at}: {NameOf(section)}", inner, problems) { Remedy = Remedy };

    /// <summary>The same settings under other keys; problems name the key that is read.</summary>
    /// <param name="stored">The key that is read for a key; null where none is, so that it is absent.</param>
    public Settings Renamed(Func<string, string?> stored) =>
        new(at, key => stored(key) is { } name
            ? find(name)
            : new Setting.Absent(), problems) { Remedy = Remedy, NameOf = key => stored(key) ?? key };

    /// <summary>An integer in a range.</summary>
    public int Whole(string key, int least, int most, int? absent = null) => find(key) switch
    {
        Setting.Absent when absent is { } value => value,
        Setting.Whole whole when whole.Value >= least && whole.Value <= most => (int)whole.Value,
        Setting other => Problem(key, $"an integer from {least} to {most}", other, absent ?? least),
    };

    /// <summary>A finite number above zero.</summary>
    public double Positive(string key, double? absent = null) => find(key) switch
    {
        Setting.Absent when absent is { } value => value,
        Setting.Whole { Value: > 0 } whole => whole.Value,
        Setting.Real { Value: > 0 } real when double.IsFinite(real.Value) => real.Value,
        Setting other => Problem(key, "a finite number above 0", other, absent ?? 1),
    };

    /// <summary>A finite number that is not negative.</summary>
    public double NonNegative(string key, double? absent = null) => find(key) switch
    {
        Setting.Whole { Value: 0 } or Setting.Real { Value: 0 } => 0,
        _ => Positive(key, absent),
    };

    /// <summary>A boolean.</summary>
    public bool Flag(string key, bool absent) => find(key) switch
    {
        Setting.Absent => absent,
        Setting.Flag flag => flag.Value,
        Setting other => Problem(key, "true or false", other, absent),
    };

    /// <summary>A text.</summary>
    public string Text(string key, string? absent = null) => find(key) switch
    {
        Setting.Absent when absent is not null => absent,
        Setting.Text text => text.Value,
        Setting other => Problem(key, "a text", other, absent ?? ""),
    };

    /// <summary>A list of finite numbers above zero.</summary>
    /// <param name="key">The key.</param>
    /// <param name="count">How many.</param>
    public Arr<double> Positives(string key, int count)
    {
        double[] values = find(key) is Setting.List list
            ? [.. list.Items.Select(
                item => item is Setting.Whole whole ? whole.Value : item is Setting.Real real ? real.Value : double.NaN)]
            : [];
        bool sound = values.Length == count && values.All(value => double.IsFinite(value) && value > 0);
        Require(sound, key, $"a list of {count} finite numbers above 0", find(key).Found);
        return sound ? new Arr<double>(values) : Arr<double>.Empty;
    }

    /// <summary>What a message calls a key.</summary>
    public Func<string, string> NameOf { get; init; } = static key => key;

    /// <summary>Notes a problem of values that were read well one by one.</summary>
    public void Require(bool holds, string key, string expected, string found)
    {
        if (!holds)
        {
            problems.Add(new FloeError.BadData($"{at}: {NameOf(key)}", expected, found, Remedy));
        }
    }

    /// <summary>Notes something that Floe does not have.</summary>
    public void Refuse(bool asked, string key, string feature, string supported, string remedy = "Use one without it.")
    {
        if (asked)
        {
            problems.Add(new FloeError.Unsupported($"{at}: {NameOf(key)}", feature, supported, remedy));
        }
    }

    /// <summary>The value that was built, or every problem met on the way; a refusal by name comes first.</summary>
    public Either<FloeError, T> Result<T>(Func<T> value) =>
        Steps.AllOf([.. problems.OrderBy(p => p is FloeError.Unsupported ? 0 : 1)]).Map(_ => value());

    private T Problem<T>(string key, string expected, Setting found, T fallback)
    {
        problems.Add(new FloeError.BadData($"{at}: {NameOf(key)}", expected, found.Found, Remedy));
        return fallback;
    }
}
