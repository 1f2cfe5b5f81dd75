using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Floe.Domain;

namespace Floe.Cli.Options;

/// <summary>Options and arguments whose values are checked while they are parsed. Numbers are read as <c>1234.5</c> in every
/// culture.</summary>
internal static class Inputs
{
    /// <summary>A required argument that names a file or folder.</summary>
    public static Argument<string> Path(string name, string description) =>
        new Argument<string>(name) { Description = description }.OfPlaces();

    /// <summary>One or more files.</summary>
    public static Argument<string[]> Paths(string name, string description) =>
        new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.OneOrMore }.OfPlaces();

    /// <summary>An optional text; null when it was not given.</summary>
    public static Setting<string?> Text(string name, string value, string description) =>
        new Setting<string?>(name) { Description = description, HelpName = value }.OfPlaces();

    /// <summary>A text that must be given.</summary>
    public static Setting<string> Required(string name, string value, string description) =>
        new Setting<string>(name) { Description = description, HelpName = value, Required = true }.OfPlaces();

    /// <summary>A switch.</summary>
    public static Setting<bool> Switch(string name, string description) => new(name) { Description = description };

    /// <summary>One of a few words.</summary>
    public static Setting<string> Choice(string name, string description, string fallback, params string[] words)
    {
        Setting<string> option = new(name)
        {
            Description = $"{description}: {string.Join(", ", words)}",
            HelpName = "WORD",
            DefaultValueFactory = _ => fallback,
        };
        option.CustomParser = result =>
        {
            string typed = result.Tokens[^1].Value;
            return words.Contains(typed, StringComparer.Ordinal) ? typed : Fault<string>(result, name, string.Join(", ", words), typed);
        };
        return option;
    }

    /// <summary>One of a few values, by its word.</summary>
    public static Setting<T> Choice<T>(string name, string description, T fallback, Words<T> words)
        where T : notnull => new(name)
        {
            Description = $"{description}: {string.Join(", ", words.All)}",
            HelpName = "WORD",
            DefaultValueFactory = _ => fallback,
            Word = value => words[value],
            CustomParser = result =>
                words.Find(result.Tokens[^1].Value).IfNone(() => Fault(result, name, string.Join(", ", words.All), fallback)),
        };

    /// <summary>A whole number in [least, most].</summary>
    public static Setting<int> Whole(string name, string description, int fallback, int least, int most = int.MaxValue) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => fallback,
            CustomParser = result => ParseWhole(result, name, least, most) ?? 0,
        };

    /// <summary>A whole number of at least <paramref name="least"/> that must be given.</summary>
    public static Setting<int> RequiredWhole(string name, string description, int least) =>
        new(name) { Description = description, HelpName = "N", Required = true, CustomParser = result =>
            ParseWhole(result, name, least, int.MaxValue)
            ?? 0 };

    /// <summary>A whole number in [least, most], or null when it was not given.</summary>
    public static Setting<int?> OptionalWhole(string name, string description, int least, int most = int.MaxValue) =>
        new(name) { Description = description, HelpName = "N", CustomParser = result => ParseWhole(result, name, least, most) };

    /// <summary>A real number in [least, most].</summary>
    public static Setting<double> Real(string name, string description, double fallback, double least, double most) =>
        new(name)
        {
            Description = description,
            HelpName = "X",
            DefaultValueFactory = _ => fallback,
            CustomParser = result => ParseReal(result, result.Tokens[^1].Value, name, least, most) ?? 0,
        };

    /// <summary>A real number in [least, most], or null when it was not given.</summary>
    public static Setting<double?> OptionalReal(string name, string description, double least, double most) =>
        new(name) { Description = description, HelpName = "X", CustomParser = result =>
            ParseReal(result, result.Tokens[^1].Value, name, least, most) };

    /// <summary>Real numbers in [least, most], separated by commas.</summary>
    public static Setting<double[]> Reals(string name, string description, double[] fallback, double least, double most) =>
        new(name)
        {
            Description = description,
            HelpName = "X,X,...",
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
                [.. result.Tokens.SelectMany(t => t.Value.Split(',')).Select(part => ParseReal(result, part, name, least, most) ?? 0)],
        };

    private static int? ParseWhole(ArgumentResult result, string name, int least, int most)
    {
        string typed = result.Tokens[^1].Value;
        if (int.TryParse(typed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= least
            && value <= most)
        {
            return value;
        }

        return Fault<int?>(result, name, $"a whole number from {least} to {most}", typed);
    }

    private static double? ParseReal(ArgumentResult result, string typed, string name, double least, double most)
    {
        if (double.TryParse(typed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
        {
            return value;
        }

        string range = string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}");
        return Fault<double?>(result, name, $"a number {range}", typed);
    }

    // The fallback is not used: the error ends the command line.
    private static T Fault<T>(ArgumentResult result, string name, string expected, T fallback)
    {
        _ = Fault<object>(result, name, expected, result.Tokens[^1].Value);
        return fallback;
    }

    private static T? Fault<T>(ArgumentResult result, string name, string expected, string found)
    {
        result.AddError($"{name}: expected {expected}, found '{found}'");
        return default;
    }
}
