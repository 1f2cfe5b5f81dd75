using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

/// <summary>The seven linear layers of a decoder layer, in the order of a checkpoint.</summary>
public enum Projection
{
    /// <summary>q, d → H·hd.</summary>
    Query = 0,

    /// <summary>k, d → G·hd.</summary>
    Key = 1,

    /// <summary>v, d → G·hd.</summary>
    Value = 2,

    /// <summary>o, H·hd → d.</summary>
    Output = 3,

    /// <summary>The FFN's gate, d → N.</summary>
    Gate = 4,

    /// <summary>The FFN's up projection, d → N.</summary>
    Up = 5,

    /// <summary>The FFN's down projection, N → d.</summary>
    Down = 6,
}

/// <summary>What is known of the linear layers: their names in Hugging Face checkpoints and their widths. The one place that spells
/// them.</summary>
public static class Projections
{
    private static readonly (Projection Projection, string Name, Width Input, Width Output)[] Table =
    [
        (Projection.Query, "q_proj", Width.Hidden, Width.Queries),
        (Projection.Key, "k_proj", Width.Hidden, Width.Keys),
        (Projection.Value, "v_proj", Width.Hidden, Width.Keys),
        (Projection.Output, "o_proj", Width.Queries, Width.Hidden),
        (Projection.Gate, "gate_proj", Width.Hidden, Width.Neurons),
        (Projection.Up, "up_proj", Width.Hidden, Width.Neurons),
        (Projection.Down, "down_proj", Width.Neurons, Width.Hidden),
    ];

    /// <summary>All seven, in order.</summary>
    public static Arr<Projection> All { get; } = toArray(Table.Select(row => row.Projection));

    /// <summary>Their names, separated by commas: for messages.</summary>
    public static string Words { get; } = string.Join(", ", Table.Select(row => row.Name));

    /// <summary>The name in a checkpoint, such as <c>gate_proj</c>.</summary>
    /// <param name="projection">A linear layer.</param>
    /// <returns>The name; the number of one that is none of the seven.</returns>
    public static string Name(this Projection projection) => Enum.IsDefined(projection)
        ? Table[(int)projection].Name
        : projection.ToString("D");

    /// <summary>The linear layer of a name.</summary>
    /// <param name="name">Such as <c>gate_proj</c>.</param>
    public static Option<Projection> Named(string name) => toArray(Table).Find(row => row.Name == name).Map(row => row.Projection);

    /// <summary>The linear layers of a list of names, or <see cref="FloeError.Usage"/> naming the first that is none.</summary>
    /// <param name="where">The option or key.</param>
    /// <param name="names">The names.</param>
    public static Either<FloeError, Arr<Projection>> Parse(string where, IEnumerable<string> names) =>
        names.Map(name => (Name: name, Found: Named(name))).ToArray() is var all
            && System.Array.Find(all, one => one.Found.IsNone) is { Name: { } other }
            ? new FloeError.Usage(where, Words, other.Length == 0 ? "an empty name" : other, "Name linear layers of the decoder.")
            : toArray(all.Select(one => one.Found.IfNone(Projection.Query)));

    /// <summary>Whether it belongs to attention rather than to the FFN.</summary>
    /// <param name="projection">A linear layer.</param>
    public static bool InAttention(this Projection projection) => projection <= Projection.Output;

    /// <summary>Width of its input, the columns of its weight [out, in].</summary>
    /// <param name="projection">A linear layer.</param>
    /// <param name="shape">The decoder.</param>
    /// <returns>The width; 0 for one that is none of the seven.</returns>
    public static long Input(this Projection projection, ModelShape shape) => Length(Of(projection).Input, shape);

    /// <summary>Width of its output, the rows of its weight [out, in].</summary>
    /// <param name="projection">A linear layer.</param>
    /// <param name="shape">The decoder.</param>
    /// <returns>The width; 0 for one that is none of the seven.</returns>
    public static long Output(this Projection projection, ModelShape shape) => Length(Of(projection).Output, shape);

    /// <summary>What its input is as wide as, for messages.</summary>
    /// <param name="projection">A linear layer.</param>
    public static string InputWords(this Projection projection) => Spell(Of(projection).Input);

    /// <summary>What its output is as wide as, for messages.</summary>
    /// <param name="projection">A linear layer.</param>
    public static string OutputWords(this Projection projection) => Spell(Of(projection).Output);

    private static (Width Input, Width Output) Of(Projection projection) =>
        Enum.IsDefined(projection) ? (Table[(int)projection].Input, Table[(int)projection].Output) : (Width.None, Width.None);

    private enum Width
    {
        None,
        Hidden,
        Queries,
        Keys,
        Neurons,
    }

    private static long Length(Width width, ModelShape shape) => width switch
    {
        Width.Hidden => shape.Hidden,
        Width.Queries => (long)shape.Heads * shape.HeadDim,
        Width.Keys => (long)shape.KvHeads * shape.HeadDim,
        Width.Neurons => shape.Neurons,
        _ => 0,
    };

    private static string Spell(Width width) => width switch
    {
        Width.Hidden => "the base model's hidden size",
        Width.Queries => "the base model's heads times their width",
        Width.Keys => "the base model's key and value heads times their width",
        Width.Neurons => "the base model's FFN width",
        _ => "no layer's width",
    };
}
