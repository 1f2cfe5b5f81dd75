using System.Collections.Immutable;
using System.Text;

namespace Floe.Domain.Text.Chat;

/// <summary>One rendering: what it has printed, how many steps it may still take, and the first fault, after which nothing more is
/// done.</summary>
/// <param name="clock">What <c>strftime_now</c> says; null where the template is not given it.</param>
internal sealed class TemplateRun(DateTime? clock)
{
    private const long MostSteps = 10_000_000;
    private const int MostText = 1 << 26;
    private const int Deepest = 200;
    private const int UnitsAStep = 32;

    private readonly Stack<StringBuilder> outputs = new([new StringBuilder()]);
    private long steps;
    private long printed;
    private int depth;

    /// <summary>The time that the template is told.</summary>
    public DateTime? Clock { get; } = clock;

    /// <summary>The first fault; null where there is none.</summary>
    public TemplateFault? Fault { get; private set; }

    /// <summary>Whether a loop is being left, and which way.</summary>
    public TemplateStatement.Leave? Leaving { get; set; }

    /// <summary>Whether nothing more is to be done in this body.</summary>
    public bool Stopped => Fault is not null || Leaving is not null;

    /// <summary>What was printed.</summary>
    public string Output => outputs.Peek().ToString();

    /// <summary>Counts work on so many characters.</summary>
    public void Charge(int at, long characters) => Count(at, 1 + (characters / UnitsAStep));

    /// <summary>Counts work on so many items, a step each.</summary>
    public void Count(int at, long items)
    {
        steps += items;
        if (steps > MostSteps)
        {
            Refuse(FaultKind.Limit, at, $"more than {MostSteps} steps");
        }
    }

    /// <summary>Prints.</summary>
    public void Print(int at, string text)
    {
        Charge(at, text.Length);
        printed += text.Length;
        if (printed > MostText)
        {
            Refuse(FaultKind.Limit, at, $"more than {MostText} characters of text");
        }
        else
        {
            outputs.Peek().Append(text);
        }
    }

    /// <summary>What a body prints, apart.</summary>
    public string Captured(Action body)
    {
        outputs.Push(new StringBuilder());
        body();
        return outputs.Pop().ToString();
    }

    /// <summary>Does something inside of what is being done.</summary>
    public T Nested<T>(int at, T refused, Func<T> body)
    {
        if (depth >= Deepest)
        {
            Refuse(FaultKind.Limit, at, $"nesting of more than {Deepest}");
            return refused;
        }

        depth++;
        T value = body();
        depth--;
        return value;
    }

    /// <summary>Keeps a fault, unless there is one.</summary>
    public TemplateValue Refuse(FaultKind kind, int at, string words)
    {
        Fault ??= new TemplateFault(kind, at, words);
        return new TemplateValue.Nothing();
    }

    /// <summary>Keeps a fault of the values, and goes on with something else until that is seen.</summary>
    public T Wrong<T>(int at, string words, T instead)
    {
        _ = Refuse(FaultKind.Wrong, at, words);
        return instead;
    }

    /// <summary>A value as Python's <c>str</c> prints it.</summary>
    public string Text(int at, TemplateValue value)
    {
        string text = PythonText.Of(this, at, value);
        Charge(at, text.Length);
        return text;
    }

    /// <summary>The items that a loop goes over.</summary>
    public ImmutableArray<TemplateValue> Items(int at, TemplateValue value)
    {
        ImmutableArray<TemplateValue> items = value switch
        {
            TemplateValue.Sequence sequence => sequence.Items,
            TemplateValue.Mapping mapping => [.. mapping.Items.Select(item => new TemplateValue.Words(item.Key))],
            TemplateValue.Words words => [.. PythonText.Characters(words.Value).Select(c => new TemplateValue.Words(c))],
            TemplateValue.Undefined => [],
            _ => Wrong(at, $"{value.TypeName}, which is no list", ImmutableArray<TemplateValue>.Empty),
        };
        Count(at, items.Length);
        return items;
    }
}
