using System.Collections.Immutable;

namespace Floe.Domain.Text.Chat;

/// <summary>A statement of a template.</summary>
/// <param name="At">Where it starts.</param>
internal abstract record TemplateStatement(int At)
{
    /// <summary>Text that is printed as it is.</summary>
    public sealed record Data(int At, string Text) : TemplateStatement(At);

    /// <summary><c>{{ value }}</c>.</summary>
    public sealed record Print(int At, TemplateExpression Value) : TemplateStatement(At);

    /// <summary><c>{% if %}</c> with all its branches; an else has no test.</summary>
    public sealed record If(
        int At, ImmutableArray<(TemplateExpression? Test, ImmutableArray<TemplateStatement> Body)> Branches) : TemplateStatement(At);

    /// <summary><c>{% for names in items if filter %}</c>.</summary>
    public sealed record For(
        int At,
        ImmutableArray<string> Names,
        TemplateExpression Items,
        TemplateExpression? Filter,
        ImmutableArray<TemplateStatement> Body,
        ImmutableArray<TemplateStatement> Otherwise) : TemplateStatement(At);

    /// <summary><c>{% set names = value %}</c>; with a member, that of a namespace.</summary>
    public sealed record Set(int At, ImmutableArray<string> Names, string? Member, TemplateExpression Value) : TemplateStatement(At);

    /// <summary><c>{% set name %}…{% endset %}</c>.</summary>
    public sealed record SetBlock(
        int At, string Name, ImmutableArray<TemplateSuffix> Filters, ImmutableArray<TemplateStatement> Body) : TemplateStatement(At);

    /// <summary><c>{% macro name(parameters) %}</c>.</summary>
    public sealed record Macro(
        int At, string Name, ImmutableArray<(string Name, TemplateExpression? Default)> Parameters,
            ImmutableArray<TemplateStatement> Body) : TemplateStatement(At);

    /// <summary><c>{% generation %}</c>: marks what an assistant says, and prints its body.</summary>
    public sealed record Generation(int At, ImmutableArray<TemplateStatement> Body) : TemplateStatement(At);

    /// <summary><c>{% break %}</c> or <c>{% continue %}</c>.</summary>
    public sealed record Leave(int At, bool Ends) : TemplateStatement(At);
}
