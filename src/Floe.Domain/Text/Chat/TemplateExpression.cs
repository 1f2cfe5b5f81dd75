using System.Collections.Immutable;

namespace Floe.Domain.Text.Chat;

/// <summary>An expression of a template. Chains of operators are lists, so that depth is that of brackets alone.</summary>
/// <param name="At">Where it starts.</param>
internal abstract record TemplateExpression(int At)
{
    /// <summary>A literal.</summary>
    public sealed record Constant(int At, TemplateValue Value) : TemplateExpression(At);

    /// <summary>A variable.</summary>
    public sealed record Variable(int At, string Name) : TemplateExpression(At);

    /// <summary><c>[a, b]</c> or <c>(a, b)</c>.</summary>
    public sealed record ListOf(int At, ImmutableArray<TemplateExpression> Items, bool IsTuple) : TemplateExpression(At);

    /// <summary><c>{a: b}</c>.</summary>
    public sealed record MapOf(int At, ImmutableArray<(TemplateExpression Key, TemplateExpression Value)> Items) : TemplateExpression(At);

    /// <summary>What follows a value: members, indices, calls, filters and tests, from left to right.</summary>
    public sealed record Followed(int At, TemplateExpression Start, ImmutableArray<TemplateSuffix> Suffixes) : TemplateExpression(At);

    /// <summary>Operators of one rank, from left to right.</summary>
    public sealed record Chain(
        int At, TemplateExpression First, ImmutableArray<(string Sign, int At, TemplateExpression Operand)> Rest) : TemplateExpression(At);

    /// <summary>Comparisons: all of neighbours must hold.</summary>
    public sealed record Comparison(
        int At, TemplateExpression First, ImmutableArray<(string Sign, int At, TemplateExpression Operand)> Rest) : TemplateExpression(At);

    /// <summary><c>and</c> or <c>or</c>: the first item that decides is the value.</summary>
    public sealed record Logic(int At, bool IsOr, ImmutableArray<TemplateExpression> Items) : TemplateExpression(At);

    /// <summary><c>not</c>, <c>-</c> or <c>+</c> before a value.</summary>
    public sealed record Prefix(int At, string Sign, TemplateExpression Operand) : TemplateExpression(At);

    /// <summary><c>a if t else b</c>; undefined without an else.</summary>
    public sealed record Conditional(
        int At, TemplateExpression Test, TemplateExpression Then, TemplateExpression? Otherwise) : TemplateExpression(At);
}

/// <summary>The arguments of a call.</summary>
/// <param name="Values">Those by place.</param>
/// <param name="Named">Those by name.</param>
internal sealed record TemplateArguments(
    ImmutableArray<TemplateExpression> Values, ImmutableArray<(string Name, TemplateExpression Value)> Named)
{
    /// <summary>No arguments.</summary>
    public static TemplateArguments None { get; } = new([], []);
}

/// <summary>One thing that follows a value.</summary>
/// <param name="At">Where it starts.</param>
internal abstract record TemplateSuffix(int At)
{
    /// <summary><c>.name</c>.</summary>
    public sealed record Member(int At, string Name) : TemplateSuffix(At);

    /// <summary><c>[index]</c>.</summary>
    public sealed record Index(int At, TemplateExpression Value) : TemplateSuffix(At);

    /// <summary><c>[from:to:step]</c>.</summary>
    public sealed record Slice(int At, TemplateExpression? From, TemplateExpression? To, TemplateExpression? Step) : TemplateSuffix(At);

    /// <summary><c>(arguments)</c>.</summary>
    public sealed record Call(int At, TemplateArguments Arguments) : TemplateSuffix(At);

    /// <summary><c>| name(arguments)</c>.</summary>
    public sealed record Filter(int At, string Name, TemplateArguments Arguments) : TemplateSuffix(At);

    /// <summary><c>is name(arguments)</c>, or <c>is not</c>.</summary>
    public sealed record Test(int At, string Name, TemplateArguments Arguments, bool Negated) : TemplateSuffix(At);
}
