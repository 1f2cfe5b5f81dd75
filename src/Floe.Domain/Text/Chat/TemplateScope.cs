namespace Floe.Domain.Text.Chat;

/// <summary>The variables that a body sees: its own, then those around it. What a body sets is its own.</summary>
/// <param name="outer">The variables around it; null for the outermost.</param>
internal sealed class TemplateScope(TemplateScope? outer)
{
    private readonly Dictionary<string, TemplateValue> own = new(StringComparer.Ordinal);

    /// <summary>A variable; undefined where nothing sets it.</summary>
    public TemplateValue Find(string name)
    {
        for (TemplateScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.own.TryGetValue(name, out TemplateValue? value))
            {
                return value;
            }
        }

        return new TemplateValue.Undefined(name);
    }

    /// <summary>Sets a variable of this body.</summary>
    public void Set(string name, TemplateValue value) => own[name] = value;

    private TemplateScope? Outer { get; } = outer;
}
