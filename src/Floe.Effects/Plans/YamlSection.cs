using System.Globalization;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>
/// One group of keys of a plan while it is read. Every reader notes what is wrong and answers the fallback, so that all faults of a file
/// are shown at once; a key that nobody asked for is a fault too (<see cref="Close"/>).
/// </summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="path">Dotted path of this group; empty for the root.</param>
/// <param name="map">The keys; null where the group is not in the file, so that every fallback holds.</param>
/// <param name="faults">Collects what is wrong.</param>
internal sealed class YamlSection(string file, string path, YamlNode.Map? map, List<FloeError> faults)
{
    private readonly System.Collections.Generic.HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>Whether the key is in the file.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text; a fault where it is missing and there is no fallback.</summary>
    public string Text(string key, string? fallback = null)
    {
        switch (Find(key))
        {
            case null when fallback is null:
                Fault(map?.Line ?? 1, map?.Column ?? 1, key, "a value", "none", "Add the key.");
                return "";
            case null:
                return fallback;
            case YamlNode.Scalar { Text.Length: > 0 } scalar:
                return scalar.Text;
            case { } wrong:
                Fault(wrong, key, "a text");
                return fallback ?? "";
        }
    }

    /// <summary>A text, or none where the key is missing.</summary>
    public Option<string> OptionalText(string key) => Has(key) ? Text(key) : None;

    /// <summary>A whole number in [least, most].</summary>
    public int Whole(string key, int fallback, int least, int most = int.MaxValue) =>
        Number(key, fallback, $"a whole number from {least} to {most}", text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                && value >= least
                && value <= most
                ? value
                : null);

    /// <summary>A whole number of at least <paramref name="least"/>, or none where the key is missing.</summary>
    public Option<int> OptionalWhole(string key, int least) => Has(key) ? Whole(key, least, least) : None;

    /// <summary>A number in [least, most].</summary>
    public double Real(string key, double fallback, double least, double most) =>
        Number(key, fallback, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
                ? value
                : null);

    /// <summary>A number in [least, most], or none where the key is missing.</summary>
    public Option<double> OptionalReal(string key, double least, double most) => Has(key) ? Real(key, least, least, most) : None;

    /// <summary>One of a few words.</summary>
    public string Choice(string key, string fallback, params string[] allowed)
    {
        switch (Find(key))
        {
            case null:
                return fallback;
            case YamlNode.Scalar scalar when allowed.Contains(scalar.Text, StringComparer.Ordinal):
                return scalar.Text;
            case { } wrong:
                Fault(wrong, key, string.Join(", ", allowed));
                return fallback;
        }
    }

    /// <summary>One of a few values, by its word.</summary>
    public T Choice<T>(string key, T fallback, Words<T> words)
        where T : notnull =>
        words.Find(Choice(key, words[fallback], words.All)).IfNone(fallback);

    /// <summary>A list of texts.</summary>
    public Arr<string> Words(string key, Arr<string> fallback)
    {
        switch (Find(key))
        {
            case null:
                return fallback;
            case YamlNode.List { Items.Count: > 0 } list when list.Items.ForAll(i => i is YamlNode.Scalar { Text.Length: > 0 }):
                return list.Items.Map(i => ((YamlNode.Scalar)i).Text);
            case { } wrong:
                Fault(wrong, key, "a list of texts, at least one");
                return fallback;
        }
    }

    /// <summary>A group of keys; where it is missing every reader answers its fallback.</summary>
    public YamlSection Section(string key)
    {
        YamlNode? found = Find(key);
        if (found is not null and not YamlNode.Map)
        {
            Fault(found, key, "a group of keys");
        }

        return new YamlSection(file, Dotted(key), found as YamlNode.Map, faults);
    }

    /// <summary>A list of groups.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The fewest groups that make sense.</param>
    public IReadOnlyList<YamlSection> Sections(string key, int least)
    {
        switch (Find(key))
        {
            case null when least == 0:
                return [];
            case YamlNode.List list when list.Items.Count >= least && list.Items.ForAll(i => i is YamlNode.Map):
                return [.. list.Items.Select((item, i) => new YamlSection(file, $"{Dotted(key)}[{i}]", (YamlNode.Map)item, faults))
                    .AsEnumerable()];
            case null:
                Fault(map?.Line ?? 1, map?.Column ?? 1, key, "a list of groups", "none", "Add the key.");
                return [];
            case { } wrong:
                Fault(wrong, key, $"a list of at least {least} groups of keys");
                return [];
        }
    }

    /// <summary>Notes a fault of this group that no single reader sees.</summary>
    public void Complain(string key, string expected, string found, string remedy)
    {
        YamlNode? at = Find(key);
        Fault(at?.Line ?? map?.Line ?? 1, at?.Column ?? map?.Column ?? 1, key, expected, found, remedy);
    }

    /// <summary>Notes every key of the file that nobody asked for.</summary>
    public void Close()
    {
        foreach ((YamlNode.Scalar key, YamlNode _) in map?.Entries ?? Arr<(YamlNode.Scalar, YamlNode)>.Empty)
        {
            if (!asked.Contains(key.Text))
            {
                Fault(key.Line, key.Column, key.Text, $"one of the keys {string.Join(", ", asked.Order(StringComparer.Ordinal))}",
                    "an unknown key", "Check the spelling.");
            }
        }
    }

    private YamlNode? Find(string key)
    {
        asked.Add(key);
        return map?.Entries.Where(e => e.Key.Text == key).Select(e => e.Value).FirstOrDefault();
    }

    private T Number<T>(string key, T fallback, string expected, Func<string, T?> parse)
        where T : struct
    {
        YamlNode? found = Find(key);
        if (found is null)
        {
            return fallback;
        }

        if (found is YamlNode.Scalar { Plain: true } scalar && parse(scalar.Text) is { } value)
        {
            return value;
        }

        Fault(found, key, expected);
        return fallback;
    }

    private void Fault(YamlNode at, string key, string expected) => Fault(at.Line, at.Column, key, expected, at.Kind, "Change the value.");

    private void Fault(long line, long column, string key, string expected, string found, string remedy) =>
        faults.Add(new FloeError.BadData($"{file}, line {line}, column {column}, {Dotted(key)}", expected, found, remedy));

    private string Dotted(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
