using System.Collections.Immutable;
using System.Numerics;

namespace Floe.Domain.Text.Chat;

/// <summary>A value inside a template, as Python has them.</summary>
internal abstract record TemplateValue
{
    private TemplateValue()
    {
    }

    /// <summary>A name or member that is not there: prints as nothing, and may not be worked with.</summary>
    /// <param name="What">What is not there.</param>
    public sealed record Undefined(string What) : TemplateValue;

    /// <summary>None.</summary>
    public sealed record Nothing : TemplateValue;

    /// <summary>A truth value.</summary>
    public sealed record Truth(bool Value) : TemplateValue;

    /// <summary>A whole number.</summary>
    public sealed record Whole(BigInteger Value) : TemplateValue;

    /// <summary>A floating-point number.</summary>
    public sealed record Real(double Value) : TemplateValue;

    /// <summary>A text.</summary>
    public sealed record Words(string Value) : TemplateValue;

    /// <summary>A list or a tuple.</summary>
    public sealed record Sequence(ImmutableArray<TemplateValue> Items, bool IsTuple = false) : TemplateValue;

    /// <summary>A dictionary whose keys are texts, in their order.</summary>
    public sealed record Mapping(ImmutableArray<KeyValuePair<string, TemplateValue>> Items) : TemplateValue
    {
        private readonly Dictionary<string, TemplateValue> index = Items.GroupBy(item => item.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);

        /// <summary>The value of a key; null where there is none.</summary>
        public TemplateValue? Find(string key) => index.GetValueOrDefault(key);
    }

    /// <summary>What <c>namespace()</c> makes: the one value that a template may change.</summary>
    public sealed record Space(Dictionary<string, TemplateValue> Members) : TemplateValue;

    /// <summary>The variable <c>loop</c>.</summary>
    public sealed record Loop(ImmutableArray<TemplateValue> Items, int At) : TemplateValue;

    /// <summary>Something that can be called.</summary>
    public sealed record Callable(string Name, Func<TemplateCall, TemplateValue> Body) : TemplateValue;

    /// <summary>A whole number.</summary>
    public static TemplateValue Number(BigInteger value) => new Whole(value);

    /// <summary>A list of texts.</summary>
    public static Sequence List(IEnumerable<string> texts) => new([.. texts.Select(text => new Words(text))]);

    /// <summary>Whether the value counts as true.</summary>
    public bool Holds => this switch
    {
        Undefined or Nothing => false,
        Truth truth => truth.Value,
        Whole whole => !whole.Value.IsZero,
        Real real => real.Value != 0,
        Words words => words.Value.Length > 0,
        Sequence sequence => sequence.Items.Length > 0,
        Mapping mapping => mapping.Items.Length > 0,
        _ => true,
    };

    /// <summary>Python's name of the type.</summary>
    public string TypeName => this switch
    {
        Undefined => "undefined",
        Nothing => "NoneType",
        Truth => "bool",
        Whole => "int",
        Real => "float",
        Words => "str",
        Sequence sequence => sequence.IsTuple ? "tuple" : "list",
        Mapping => "dict",
        Space => "namespace",
        Loop => "loop",
        _ => "function",
    };
}

/// <summary>A call with its values.</summary>
/// <param name="Run">The run that it is part of.</param>
/// <param name="At">Where in the template.</param>
/// <param name="Values">Arguments by place.</param>
/// <param name="Named">Arguments by name.</param>
internal sealed record TemplateCall(
    TemplateRun Run, int At, ImmutableArray<TemplateValue> Values, ImmutableArray<(string Name, TemplateValue Value)> Named)
{
    /// <summary>An argument by its place or else by its name; null where it is not given.</summary>
    public TemplateValue? Get(int place, string name)
    {
        foreach ((string given, TemplateValue value) in Named)
        {
            if (given == name)
            {
                return value;
            }
        }

        return place < Values.Length ? Values[place] : null;
    }

    /// <summary>An argument that is a text.</summary>
    public string Text(int place, string name, string missing) => Get(place, name) switch
    {
        null => missing,
        TemplateValue.Words words => words.Value,
        var other => Run.Text(At, other),
    };

    /// <summary>An argument that is a whole number.</summary>
    public int Count(int place, string name, int missing) => Get(place, name) switch
    {
        null or TemplateValue.Nothing => missing,
        TemplateValue.Whole { Value: var value } when value >= int.MinValue && value <= int.MaxValue => (int)value,
        TemplateValue.Truth truth => truth.Value ? 1 : 0,
        var other => Run.Wrong(At, $"{name} is {other.TypeName} in place of a whole number", missing),
    };

    /// <summary>Refuses arguments beyond those that are read.</summary>
    /// <param name="what">What is called.</param>
    /// <param name="names">The names of the arguments in order.</param>
    public void Only(string what, params string[] names)
    {
        if (Values.Length > names.Length || Named.Any(argument => !names.Contains(argument.Name)))
        {
            string given = Values.Length > names.Length
                ? $"{Values.Length} arguments"
                : $"the argument {Named.First(a => !names.Contains(a.Name)).Name}";
            Run.Refuse(FaultKind.Unsupported, At, $"{what} with {given}");
        }
    }
}
