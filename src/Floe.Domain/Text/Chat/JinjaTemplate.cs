using System.Collections.Immutable;
using LanguageExt;

namespace Floe.Domain.Text.Chat;

/// <summary>
/// A chat template in the Jinja that models' files use: expressions with all operators of Jinja, <c>if</c>, <c>for</c> (with a filter,
/// else, break and continue), <c>set</c>, <c>macro</c>, <c>generation</c>, <c>raw</c>, comments and white-space control as transformers
/// sets it. A pure function of its variables: it reads no file, no other template and no clock, takes at most 10 million steps, and its
/// depth is bounded. What it does not have (include, import, extends, call, with, and filters, tests and methods beyond those that chat
/// templates use) is named with its line and column.
/// </summary>
internal sealed class JinjaTemplate
{
    private const string Have = "the Jinja of the chat templates of Llama, Mistral, Gemma, Qwen, Phi and SmolLM";
    private const string Remedy = "Write the records as prompt and completion, in the model's own format.";

    private readonly string where;
    private readonly string source;
    private readonly ImmutableArray<TemplateStatement> statements;

    private JinjaTemplate(string where, string source, ImmutableArray<TemplateStatement> statements) =>
        (this.where, this.source, this.statements) = (where, source, statements);

    /// <summary>Reads a template.</summary>
    /// <param name="where">Its file and key, for the error.</param>
    /// <param name="template">Its text.</param>
    /// <returns>The template; or the construct that is not read, or the fault, with line and column.</returns>
    public static Either<FloeError, JinjaTemplate> Parse(string where, string template)
    {
        string source = TemplateLexer.Normalized(template);
        return TemplateLexer.Read(source).Bind(tokens =>
        {
            TemplateCursor cursor = new(tokens);
            ImmutableArray<TemplateStatement> statements = new StatementParser(cursor).Read();
            return cursor.Fault is { } fault
                ? fault
                : Prelude.Right<TemplateFault, JinjaTemplate>(new JinjaTemplate(where, source, statements));
        }).MapLeft(fault => Error(where, source, fault));
    }

    /// <summary>What the template prints.</summary>
    /// <param name="variables">Its variables.</param>
    /// <param name="clock">What <c>strftime_now</c> prints; without one the template is not given that function.</param>
    /// <returns>The text; what <c>raise_exception</c> said as <see cref="FloeError.BadData"/>; or the fault, with line and
    /// column.</returns>
    public Either<FloeError, string> Render(IEnumerable<KeyValuePair<string, TemplateValue>> variables, DateTime? clock)
    {
        TemplateRun run = new(clock);
        TemplateScope scope = new(null);
        TemplateGlobals.Set(scope, clock is not null);
        foreach ((string name, TemplateValue value) in variables)
        {
            scope.Set(name, value);
        }

        StatementRunner.Run(run, scope, statements);
        return run.Fault is { } fault ? Error(where, source, fault) : run.Output;
    }

    private static FloeError Error(string where, string source, TemplateFault fault)
    {
        int line = source.AsSpan(0, Math.Min(fault.At, source.Length)).Count('\n') + 1;
        int column = fault.At - (fault.At == 0 ? -1 : source.LastIndexOf('\n', Math.Min(fault.At, source.Length) - 1));
        string place = $"{where}, line {line}, column {column}";
        return fault.Kind switch
        {
            FaultKind.Raised =>
                new FloeError.BadData(
                    where, "a conversation that the model's chat template takes", $"its refusal: {fault.Words}",
                        "Write the conversation as the model wants it, or take the record out."),
            FaultKind.Unsupported => new FloeError.Unsupported(place, fault.Words, Have, Remedy),
            FaultKind.Limit =>
                new FloeError.BadData(place, "a template within bounds", fault.Words, "Shorten the conversation, or correct the template."),
            _ =>
                new FloeError.BadData(
                    place, "a template that works on this conversation", fault.Words,
                        "Correct the template, or write the conversation as it wants it."),
        };
    }
}
