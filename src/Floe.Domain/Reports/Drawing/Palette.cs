using LanguageExt;

namespace Floe.Domain.Reports.Drawing;

/// <summary>The colours of the page and of its pictures under one scheme, as named tokens.</summary>
/// <param name="Tokens">Token name and <c>#rrggbb</c>, in the order in which they are written.</param>
internal sealed record Palette(Arr<(string Name, string Hex)> Tokens)
{
    /// <summary>Steps of the ramp, 0 lowest.</summary>
    public const int Levels = 9;

    /// <summary>Distinct colours for lines and marks; shapes and dashes tell them apart as well.</summary>
    public const int Series = 8;

    private static readonly double[] SeriesHues = [252, 48, 152, 330, 95, 200, 292, 22];

    /// <summary>Dark ink on light paper.</summary>
    public static Palette Light { get; } = Make(
        page: new(0.985, 0.003, 250), panel: new(1, 0, 250), text: new(0.24, 0.02, 255), muted: new(0.47, 0.02, 255),
        line: new(0.885, 0.008, 250), accent: new(0.46, 0.12, 252),
        ramp: t => new(0.965 - (0.655 * t), 0.018 + (0.42 * t * (1 - (0.62 * t))), 246 + (16 * t)),
        series: hue => new(0.5, 0.13, hue));

    /// <summary>Light ink on dark paper.</summary>
    public static Palette Dark { get; } = Make(
        page: new(0.185, 0.012, 255), panel: new(0.222, 0.014, 255), text: new(0.93, 0.008, 250), muted: new(0.74, 0.014, 250),
        line: new(0.345, 0.016, 255), accent: new(0.78, 0.1, 245),
        ramp: t => new(0.275 + (0.665 * t), 0.025 + (0.42 * t * (1 - (0.82 * t))), 256 - (20 * t)),
        series: hue => new(0.78, 0.12, hue));

    /// <summary>The colour of a token; an unknown name is a mistake of the program and throws.</summary>
    public string this[string name] => Tokens.First(t => t.Name == name).Hex;

    private static Palette Make(
        Oklch page, Oklch panel, Oklch text, Oklch muted, Oklch line, Oklch accent, Func<double, Oklch> ramp, Func<double, Oklch> series)
    {
        string[] levels = [.. Enumerable.Range(0, Levels).Select(i => ramp(i / (Levels - 1d)).Hex())];
        IEnumerable<(string, string)> tokens =
        [
            ("page", page.Hex()), ("panel", panel.Hex()), ("text", text.Hex()), ("muted", muted.Hex()), ("line", line.Hex()),
                ("accent", accent.Hex()),
            .. levels.Select((hex, i) => ($"q{i}", hex)),
            .. levels.Select((hex, i) => ($"k{i}", InkOn(hex))),
            .. SeriesHues.Select((hue, i) => ($"s{i}", series(hue).Hex())),
        ];
        return new Palette(Prelude.toArray(tokens));
    }

    private static string InkOn(string background) =>
        Oklch.Contrast("#000000", background) >= Oklch.Contrast("#ffffff", background) ? "#000000" : "#ffffff";
}
