namespace Floe.Domain.Reports.Charts;

/// <summary>One number a policy, so that it has the same colour, dash and mark in every chart of a page.</summary>
internal static class PolicyStyle
{
    public static int IndexOf(RunReport report, string policy) =>
        Math.Max(0, report.Outcomes.Select(o => o.Policy)
            .Concat(report.Curves.Select(c => c.Policy))
            .Concat(report.Policies.Select(p => p.Policy))
            .Distinct()
            .ToList()
            .IndexOf(policy));

    public static string Colour(int index) => $"s{index % Drawing.Palette.Series}";

    public static string Dash(int index) => $"d{index % 6}";
}
