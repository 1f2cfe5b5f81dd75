using System.Diagnostics;
using System.Runtime.InteropServices;
using Floe.Domain;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Effects.Engine;

/// <summary>What computes the float32 products of frozen weights on the CPU.</summary>
internal enum ProductWay
{
    /// <summary>LibTorch's <c>linear</c>: MKL, or Accelerate on macOS.</summary>
    Mkl = 0,

    /// <summary>oneDNN, <c>mkldnn_linear</c>.</summary>
    OneDnn = 1,
}

/// <summary>Which way float32 products go: measured once a machine, unless <c>FLOE_PRODUCTS</c> (<c>mkl</c> or <c>onednn</c>) says
/// so.</summary>
/// <remarks>
/// MKL uses AVX-512 on Intel's processors alone; oneDNN does so on every one that has it, at about twice the speed there, and is the slower
/// one where MKL has it too. The two round differently, so a choice that wavered would make two runs of one machine differ: it is kept
/// (<see cref="MachineChoice"/>), oneDNN is taken only where it is a quarter faster, and a training goes on in the way that its checkpoint
/// was written with.
/// </remarks>
internal static class Products
{
    /// <summary>Rows from which a product is large enough for oneDNN; below, its set-up costs more than it saves.</summary>
    public const int Rows = 64;

    private const string Variable = "FLOE_PRODUCTS";
    private const double Margin = 1.25;
    private const int TimedRows = 256, TimedWidth = 1024, Rounds = 12;

    private static readonly (string Word, ProductWay Way)[] Words = [("mkl", ProductWay.Mkl), ("onednn", ProductWay.OneDnn)];
    private static readonly Lazy<ProductWay> Chosen = new(
        () => Asked(Environment.GetEnvironmentVariable(Variable)).IfLeft(Option<ProductWay>.None).IfNone(OfTheMachine));
    private static ProductWay? resumed;

    /// <summary>The way of this process. The first call on a machine times some products: 100 ms.</summary>
    public static ProductWay Way => resumed ?? Chosen.Value;

    /// <summary>From now on products go the way of an earlier process, whose bytes this one is to repeat.</summary>
    public static void GoOn(ProductWay way) => resumed = way;

    /// <summary>What the environment asks for.</summary>
    /// <param name="word">The variable's value; null or empty where it is not set.</param>
    /// <returns>None where it asks for nothing; or the usage error.</returns>
    public static Either<FloeError, Option<ProductWay>> Asked(string? word)
    {
        if (string.IsNullOrEmpty(word))
        {
            return Option<ProductWay>.None;
        }

        int at = System.Array.FindIndex(Words, w => w.Word == word);
        return at >= 0
            ? Prelude.Some(Words[at].Way)
            : new FloeError.Usage(Variable, "mkl or onednn", word, $"Unset {Variable}, or set it to one of them.");
    }

    /// <summary>Whether the environment can be followed: checked where weights are loaded.</summary>
    public static Either<FloeError, Unit> Check() => Asked(Environment.GetEnvironmentVariable(Variable)).Map(_ => Unit.Default);

    /// <summary>The choice between two measured rates.</summary>
    public static ProductWay Choose(double mkl, double oneDnn) => oneDnn >= Margin * mkl ? ProductWay.OneDnn : ProductWay.Mkl;

    /// <summary>Rates of [256, 1024] × [1024, 1024], 10⁹ operations a second: the best of twelve rounds in turn, so that other work takes
    /// from both alike.</summary>
    public static (double Mkl, double OneDnn) Rates()
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(TimedRows, TimedWidth), w = ones(TimedWidth, TimedWidth);
        (double mkl, double oneDnn) = (0, 0);
        for (int round = 0; round <= Rounds; round++)
        {
            double first = Rate(() => nn.functional.linear(x, w)), second = Rate(() => EngineText.Run("linear", x, w, null));

            // The first round loads and compiles.
            (mkl, oneDnn) = round == 0 ? (0, 0) : (Math.Max(mkl, first), Math.Max(oneDnn, second));
        }

        return (mkl, oneDnn);
    }

    private static ProductWay OfTheMachine()
    {
        string word = MachineChoice.Of("products", () => WordOf(Timed()), known => Words.Any(w => w.Word == known));
        return Words.First(w => w.Word == word).Way;
    }

    private static ProductWay Timed()
    {
        (double mkl, double oneDnn) = Rates();
        return Choose(mkl, oneDnn);
    }

    private static string WordOf(ProductWay way) => Words.First(w => w.Way == way).Word;

    private static double Rate(Func<Tensor> product)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            using Tensor y = product();
        }
        catch (ExternalException)
        {
            // A LibTorch that was built without oneDNN.
            return 0;
        }

        return 2e-9 * TimedRows * TimedWidth * TimedWidth / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
