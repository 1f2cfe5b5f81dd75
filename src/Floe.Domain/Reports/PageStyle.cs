using System.Text;
using Floe.Domain.Reports.Drawing;

namespace Floe.Domain.Reports;

/// <summary>The style sheet of the page. Every colour is a custom property with a value for light and for dark paper; print takes the light
/// ones.</summary>
internal static class PageStyle
{
    public static string Css() => string.Concat(
        "\n:root{color-scheme:light dark;", Properties(Palette.Light), "}\n",
        "@media (prefers-color-scheme:dark){:root{", Properties(Palette.Dark), "}}\n",
        "@media print{:root{color-scheme:light;", Properties(Palette.Light), "}}\n",
        ChartStyle.Css(token => $"var(--{token})"),
        Rules);

    private static string Properties(Palette palette) =>
        palette.Tokens.Fold(
            new StringBuilder(), (css, token) => css.Append("--").Append(token.Name).Append(':').Append(token.Hex).Append(';'))
            .ToString();

    private const string Rules = """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','DejaVu Sans',Arial,sans-serif;font-variant-numeric:tabular-nums}
        .paper{max-width:1040px;margin:0 auto;padding:32px 24px 64px}
        header{padding-bottom:8px}
        .kicker{margin:0;color:var(--muted);font-size:13px;letter-spacing:.04em;text-transform:uppercase}
        h1{margin:2px 0 10px;font-size:clamp(26px,5vw,36px);line-height:1.15;letter-spacing:-.015em;overflow-wrap:anywhere}
        h2{margin:0 0 6px;font-size:23px;line-height:1.25;letter-spacing:-.01em}
        h3{margin:28px 0 8px;font-size:16px;line-height:1.3}
        p{margin:0 0 12px;max-width:76ch}
        .headline{font-size:18px;line-height:1.5}
        .lead{color:var(--muted)}
        .note{color:var(--muted);font-size:.88em;font-weight:400}
        td .under{display:block;white-space:normal;width:22ch;margin-left:auto}
        figure+p{margin-top:20px}
        .absent{border-left:3px solid var(--line);padding:6px 0 6px 12px;color:var(--muted)}
        a{color:var(--accent)}
        nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:18px 0 0;padding:10px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:14px}
        nav a{display:inline-block;padding:3px 0}
        section{margin-top:44px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(164px,1fr));gap:12px;margin:20px 0}
        .tiles:empty{display:none}
        .tile{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
        .tile b{display:block;font-size:22px;line-height:1.2;letter-spacing:-.01em}
        .tile span{display:block;color:var(--muted);font-size:13px;line-height:1.35}
        dl{margin:0;font-size:14px}
        dl div{display:grid;grid-template-columns:minmax(110px,150px) minmax(0,1fr);gap:12px;padding:4px 0}
        dt{color:var(--muted)}
        dd{margin:0;overflow-wrap:anywhere}
        figure{margin:16px 0 0;background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:16px;min-width:0}
        figcaption{margin-top:12px;color:var(--muted);font-size:14px;max-width:88ch}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:24px;align-items:start}
        .chart{display:block;width:100%;height:auto}
        .scroll{overflow-x:auto;max-width:100%}
        .scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
        .narrow-only{display:none}
        details{margin-top:10px;font-size:14px}
        summary{cursor:pointer;color:var(--accent);width:fit-content}
        details .scroll{margin-top:8px;max-height:420px;overflow:auto}
        table{border-collapse:collapse;font-size:14px;line-height:1.4;width:100%}
        th,td{padding:6px 14px 6px 0;text-align:right;vertical-align:baseline;white-space:nowrap;border-bottom:1px solid var(--line)}
        th:first-child,td:first-child{text-align:left}
        th{font-weight:600}
        thead th{color:var(--muted);font-weight:600;font-size:13px;white-space:normal;vertical-align:bottom}
        tbody th{font-weight:500}
        tr th:last-child,tr td:last-child{padding-right:2px}
        pre{margin:0;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace;white-space:pre-wrap;overflow-wrap:anywhere}
        pre.code{white-space:pre;overflow-wrap:normal;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:12px 14px}
        .samples{display:grid;gap:16px}
        .sample{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:4px 24px;background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
        .sample h3{margin:6px 0 4px;font-size:13px;color:var(--muted);font-weight:600}
        .sample div:first-child,.sample div:nth-child(4){grid-column:1/-1}
        .hash{display:block}
        code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:0 40px}
        footer{margin-top:56px;padding-top:12px;border-top:1px solid var(--line);color:var(--muted);font-size:13px}
        @media (max-width:719px){
        .wide-only{display:none}
        .narrow-only{display:block}
        .paper{padding:20px 12px 48px}
        figure{padding:10px 8px}
        .sample{grid-template-columns:minmax(0,1fr)}
        dl div{grid-template-columns:minmax(0,1fr);gap:0}
        }
        @media print{
        body{background:none;font-size:11pt}
        .paper{max-width:none;padding:0}
        nav,details{display:none}
        .wide-only{display:block}
        .narrow-only{display:none}
        section{margin-top:24pt}
        h2,h3{break-after:avoid}
        .tile,.sample,svg,tr,dl div{break-inside:avoid}
        figure{border-color:transparent;padding:0}
        .scroll{overflow:visible}
        .scroll .chart{min-width:0!important}
        table{font-size:8.5pt}
        th,td{white-space:normal;overflow-wrap:anywhere;padding-right:8pt}
        pre.code{white-space:pre-wrap;overflow-wrap:anywhere}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }

        """;
}
