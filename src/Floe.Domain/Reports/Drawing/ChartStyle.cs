using System.Text;

namespace Floe.Domain.Reports.Drawing;

/// <summary>The style sheet of the charts, on the page and in pictures that stand alone.</summary>
internal static class ChartStyle
{
    /// <summary>Fonts that systems have; no file is loaded.</summary>
    public const string Fonts = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','DejaVu Sans',Arial,sans-serif";

    /// <summary>The rules.</summary>
    /// <param name="colour">How a colour token is written: <c>var(--name)</c> on the page, its value in a picture.</param>
    public static string Css(Func<string, string> colour)
    {
        var css = new StringBuilder();
        css.Append(".chart text{font:11px ").Append(Fonts).Append(";fill:").Append(colour("text")).Append("}\n")
            .Append(".chart .tk{fill:").Append(colour("muted")).Append(";font-variant-numeric:tabular-nums}\n")
            .Append(".chart .hd{font-size:12px;font-weight:600}\n")
            .Append(".chart .m{text-anchor:middle}.chart .e{text-anchor:end}\n")
            .Append(".chart .halo{paint-order:stroke;stroke-width:4;stroke-linejoin:round;stroke:").Append(colour("panel")).Append("}\n")
            .Append(".ax{stroke:").Append(colour("muted")).Append(";stroke-width:1;fill:none}\n")
            .Append(".gl{stroke:").Append(colour("line")).Append(";stroke-width:1;fill:none}\n")
            .Append(".no{fill:none;stroke:").Append(colour("line")).Append("}\n")
            .Append(".bd{stroke:").Append(colour("text")).Append(";stroke-width:1.5;stroke-dasharray:5 3;fill:none}\n")
            .Append(".ink{fill:").Append(colour("text")).Append("}\n")
            .Append(".on{fill:").Append(colour("accent")).Append(";stroke:").Append(colour("accent")).Append("}\n")
            .Append(".off{fill:").Append(colour("q2")).Append(";stroke:").Append(colour("accent")).Append("}\n")
            .Append(".cr{shape-rendering:crispEdges}\n")
            .Append(".ln{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}\n")
            .Append(".lead{fill:none;stroke:currentColor;stroke-width:.8}\n")
            .Append(".pt{fill:currentColor;stroke:").Append(colour("panel")).Append(";stroke-width:1}\n")
            .Append(".ho{fill:").Append(colour("panel")).Append(";stroke:currentColor;stroke-width:1.6}\n")
            .Append(".d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 3}.d3{stroke-dasharray:9 3 2 3}.d4{stroke-dasharray:4 "
                + "4}.d5{stroke-dasharray:12 3 2 3 2 3}\n");
        for (int i = 0; i < Palette.Levels; i++)
        {
            css.Append($".q{i}")
                .Append("{fill:")
                .Append(colour($"q{i}"))
                .Append($"}}.chart .k{i}")
                .Append("{fill:")
                .Append(colour($"k{i}"))
                .Append("}\n");
        }

        for (int i = 0; i < Palette.Series; i++)
        {
            css.Append($".s{i}").Append("{color:").Append(colour($"s{i}")).Append("}\n");
        }

        return css.ToString();
    }
}
