using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Floe.Bench.Threads;

/// <summary>
/// Six blocks of width 288 with 6 heads and 768 inner units over a vocabulary of 32000, the shape of a 15-million-parameter LLaMA; frozen, with
/// LoRA of rank 8 on each linear map. One step is forward and backward over 4 sequences of 128 tokens.
/// </summary>
internal sealed class SmallDecoder : IDisposable
{
    private const int Width = 288, Heads = 6, Inner = 768, Vocabulary = 32000, Rank = 8, Batch = 4, Length = 128;

    private readonly Tensor embedding = Frozen(Vocabulary, Width);
    private readonly Tensor tokens = randint(Vocabulary, [Batch, Length + 1]);
    private readonly List<Block> blocks = [.. Enumerable.Range(0, 6).Select(_ => new Block())];

    public IEnumerable<Parameter> Adapters => blocks.SelectMany(block => block.Maps).SelectMany(map => new[] { map.A, map.B });

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = embedding.index_select(0, tokens.narrow(1, 0, Length).reshape(-1)).view(Batch, Length, Width);
        foreach (Block block in blocks)
        {
            x = block.Forward(x);
        }

        Tensor logits = F.linear(Normed(x), embedding).view(-1, Vocabulary);
        F.cross_entropy(logits, tokens.narrow(1, 1, Length).reshape(-1)).backward();
    }

    public void Dispose()
    {
        embedding.Dispose();
        tokens.Dispose();
        blocks.ForEach(block => block.Dispose());
    }

    private static Tensor Frozen(long rows, long columns) => nn.init.normal_(empty(rows, columns), 0, 0.02);

    private static Tensor Normed(Tensor x) => x * (x.square().mean([-1], keepdim: true) + 1e-5).rsqrt();

    private sealed class Block : IDisposable
    {
        private readonly Map q = new(Width, Width), k = new(Width, Width), v = new(Width, Width), o = new(Width, Width);
        private readonly Map gate = new(Width, Inner), up = new(Width, Inner), down = new(Inner, Width);

        public List<Map> Maps => [q, k, v, o, gate, up, down];

        public Tensor Forward(Tensor x)
        {
            Tensor normed = Normed(x);
            Tensor attended = F.scaled_dot_product_attention(Split(q, normed), Split(k, normed), Split(v, normed), is_casual: true);
            Tensor middle = x + o.Apply(attended.transpose(1, 2).reshape(Batch, Length, Width));
            Tensor inner = Normed(middle);
            return middle + down.Apply(gate.Apply(inner).silu() * up.Apply(inner));
        }

        public void Dispose() => Maps.ForEach(map => map.Dispose());

        private static Tensor Split(Map map, Tensor x) => map.Apply(x).view(Batch, Length, Heads, Width / Heads).transpose(1, 2);
    }

    private sealed class Map(long inputs, long outputs) : IDisposable
    {
        private readonly Tensor weight = Frozen(outputs, inputs);

        public Parameter A { get; } = new(Frozen(Rank, inputs));

        public Parameter B { get; } = new(zeros(outputs, Rank));

        public Tensor Apply(Tensor x) => F.linear(x, weight) + F.linear(F.linear(x, A), B);

        public void Dispose()
        {
            weight.Dispose();
            A.Dispose();
            B.Dispose();
        }
    }
}
