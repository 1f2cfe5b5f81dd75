using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Adapters;

/// <summary>
/// The kinds of adapter that a plan can ask for: a closed hierarchy, one file <c>AdapterKind.NAME.cs</c> a kind, which is known by being
/// there. A kind says its name, what tensors it puts on a linear layer and which numbers of a plan it has; parameter counts, plan files and
/// options follow from that.
/// </summary>
public abstract partial record AdapterKind
{
    /// <summary>The word for it in plans and options, such as <c>lora</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Its name as its paper writes it, such as <c>LoRA</c>.</summary>
    public abstract string Title { get; }

    /// <summary>Whether it has a rank r, and with it a scale α/r and dropout on the input of A. Without it a plan says rank 1, α 1 and no
    /// dropout.</summary>
    public virtual bool HasRank => true;

    /// <summary>The number M of experts that it has unless told otherwise; 1 where it knows no experts.</summary>
    public virtual int UsualExperts => 1;

    /// <summary>Whether it knows experts at all.</summary>
    public bool HasExperts => UsualExperts > 1;

    /// <summary>The linear layers that it sits on unless told otherwise.</summary>
    public virtual Arr<Projection> UsualModules => Array(Projection.Gate, Projection.Up, Projection.Down);

    /// <summary>The tensors that it puts on one linear layer, in a fixed order.</summary>
    /// <param name="site">The linear layer and its rank and experts.</param>
    internal abstract IEnumerable<AdapterTensor> TensorsOn(AdapterSite site);

    /// <summary>Whether a plan says which linear layers it sits on; else they are always <see cref="UsualModules"/>.</summary>
    internal virtual bool ChoosesModules => true;

    /// <summary>Whether a plan says which layers it sits on; else it is before the first one.</summary>
    internal virtual bool ChoosesLayers => true;

    /// <summary>Whether a model with a fresh one is the base model.</summary>
    internal virtual bool StartsAsBase => true;

    /// <summary>Whether a weight can do the same alone.</summary>
    internal virtual bool Merges => !HasExperts;

    /// <summary>The numbers that only this kind has.</summary>
    internal virtual IReadOnlyList<KindNumber> Numbers => [];

    /// <summary>The least rank of one linear layer.</summary>
    internal virtual int LeastRank => 1;

    /// <summary>The factor on what is added to the output of a linear layer: α/r, or α/√r where the plan says so.</summary>
    /// <param name="plan">A plan of this kind.</param>
    /// <param name="alpha">α of the linear layer.</param>
    /// <param name="rank">r of the linear layer.</param>
    internal virtual double Scale(AdapterPlan plan, double alpha, int rank) =>
        alpha / (plan.RankStabilized ? Math.Sqrt(rank) : rank);

    /// <summary>This with the numbers filled in that follow from a plan and the length of a training.</summary>
    /// <param name="plan">A plan of this kind.</param>
    /// <param name="steps">Steps of the training, at least 1.</param>
    internal virtual AdapterKind Over(AdapterPlan plan, int steps) => this;

    /// <summary>What is wrong with a plan for this kind alone; null for nothing.</summary>
    /// <param name="plan">A plan of this kind.</param>
    internal virtual FloeError.Usage? Fault(AdapterPlan plan) => null;

    /// <summary>Every kind with its usual settings.</summary>
    public static Arr<AdapterKind> All { get; } = toArray(Listed());

    /// <summary>The words of all kinds.</summary>
    public static Arr<string> Names { get; } = All.Map(kind => kind.Name);

    /// <summary>The kind of a word, with its usual settings.</summary>
    /// <param name="name">Such as <c>lora</c>.</param>
    public static Option<AdapterKind> Named(string name) => All.Find(kind => kind.Name == name);

    // One of each file AdapterKind.NAME.cs; the build writes the list.
    private static partial AdapterKind[] Listed();

    private AdapterKind()
    {
    }
}

/// <summary>A linear layer that an adapter sits on, with the sizes that its tensors follow from.</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Module">The linear layer.</param>
/// <param name="Rank">r; 1 where the kind has none.</param>
/// <param name="Experts">M; 1 where the kind has none.</param>
/// <param name="Shape">The decoder.</param>
public sealed record AdapterSite(int Layer, Projection Module, int Rank, int Experts, ModelShape Shape)
{
    /// <summary>The input of the linear layer.</summary>
    internal AdapterSide Input => new(Module.InputWords(), Module.Input(Shape));

    /// <summary>The output of the linear layer.</summary>
    internal AdapterSide Output => new(Module.OutputWords(), Module.Output(Shape));

    /// <summary>The rank.</summary>
    internal AdapterSide Inner => new("rank", Rank);

    /// <summary>The experts.</summary>
    internal AdapterSide Choices => new("number of experts", Experts);

    /// <summary>A side of one.</summary>
    internal static AdapterSide One { get; } = new("size", 1);
}

/// <summary>A side of a tensor: what it is as long as, for messages, and its length.</summary>
/// <param name="What">Such as <c>the base model's hidden size</c>.</param>
/// <param name="Length">Its length.</param>
internal readonly record struct AdapterSide(string What, long Length);

/// <summary>A tensor of an adapter on one linear layer.</summary>
/// <param name="Shape">Its sides, the outermost first.</param>
internal sealed record AdapterTensor(Arr<AdapterSide> Shape)
{
    internal AdapterTensor(params AdapterSide[] sides)
        : this(toArray(sides))
    {
    }

    /// <summary>How many numbers it has; <see cref="long.MaxValue"/> where that is past all counting.</summary>
    public long Count =>
        Shape.Fold(1L, (count, side) => side.Length == 0 || count <= long.MaxValue / side.Length ? count * side.Length : long.MaxValue);
}
