namespace Floe.Domain.Reports.Drawing;

/// <summary>A colour in OKLCH (Björn Ottosson's Oklab in polar form), where equal steps of lightness look equal.</summary>
/// <param name="Lightness">0 black to 1 white.</param>
/// <param name="Chroma">0 grey upwards; lowered on conversion until the colour exists in sRGB.</param>
/// <param name="Hue">Degrees.</param>
internal readonly record struct Oklch(double Lightness, double Chroma, double Hue)
{
    /// <summary>The colour as <c>#rrggbb</c>.</summary>
    public string Hex()
    {
        (double r, double g, double b) = InGamut();
        return string.Concat("#", Channel(r), Channel(g), Channel(b));
    }

    /// <summary>Relative luminance of WCAG 2, from an <c>#rrggbb</c> colour.</summary>
    public static double Luminance(string hex) =>
        (0.2126 * Linear(hex, 1)) + (0.7152 * Linear(hex, 3)) + (0.0722 * Linear(hex, 5));

    /// <summary>Contrast ratio of WCAG 2 between two <c>#rrggbb</c> colours, from 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        (double a, double b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private (double R, double G, double B) InGamut()
    {
        double chroma = Chroma;
        (double r, double g, double b) = LinearRgb(chroma);
        while (chroma > 0 && new[] { r, g, b }.Any(v => v is < -1e-4 or > 1.0001))
        {
            chroma = Math.Max(0, chroma - 0.002);
            (r, g, b) = LinearRgb(chroma);
        }

        return (r, g, b);
    }

    private (double R, double G, double B) LinearRgb(double chroma)
    {
        double a = chroma * Math.Cos(Hue * Math.PI / 180);
        double b = chroma * Math.Sin(Hue * Math.PI / 180);
        double l = Math.Pow(Lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        double m = Math.Pow(Lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        double s = Math.Pow(Lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return (
            (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static string Channel(double linear)
    {
        double v = Math.Clamp(linear, 0, 1);
        double encoded = v <= 0.0031308 ? 12.92 * v : (1.055 * Math.Pow(v, 1 / 2.4)) - 0.055;
        return ((int)Math.Round(encoded * 255)).ToString("x2", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static double Linear(string hex, int at)
    {
        double v = int.Parse(
            hex.AsSpan(at, 2), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) / 255d;
        return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }
}
