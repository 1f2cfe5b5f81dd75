using Floe.Effects.Formats;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Floe.Bench;

/// <summary>A LLaMA decoder with LoRA as TorchSharp's tutorials write one: a module a layer, one Linear a projection, scaled_dot_product_attention, logits everywhere.</summary>
internal sealed class PlainDecoder : Module<Tensor, Tensor>
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<PlainBlock> layers;
    private readonly PlainNorm norm;
    private readonly DecoderConfig config;

    /// <summary>Takes a checkpoint's weights; LoRA on gate, up and down of some layers, everything else frozen.</summary>
    public PlainDecoder(Checkpoint checkpoint, System.Collections.Generic.HashSet<int> adapted, int rank, double alpha)
        : base("decoder")
    {
        config = checkpoint.Config;
        embed_tokens = Embedding(config.Vocabulary, config.Hidden);
        layers = ModuleList(Enumerable.Range(0, config.Layers).Select(l => new PlainBlock(config, adapted.Contains(l) ? rank : 0, alpha)).ToArray());
        norm = new PlainNorm(config.Hidden, config.RmsNormEpsilon);
        RegisterComponents();
        using IDisposable frozen = no_grad();
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            if (!name.Contains("lora_", StringComparison.Ordinal))
            {
                float[] values = new float[parameter.numel()];
                checkpoint.Weights.ReadFloat32("model." + name.Replace(".inner.", ".", StringComparison.Ordinal), values).Value();
                parameter.copy_(tensor(values, parameter.shape));
                parameter.requires_grad = false;
            }
        }
    }

    /// <summary>[B, S] ids to [B, S, V] logits; the head is the embedding.</summary>
    public override Tensor forward(Tensor ids)
    {
        (Tensor cos, Tensor sin) = Rotary(ids.size(1));
        Tensor x = embed_tokens.forward(ids);
        foreach (PlainBlock layer in layers)
        {
            x = layer.forward(x, cos, sin);
        }

        return functional.linear(norm.forward(x), embed_tokens.weight!);
    }

    private (Tensor Cos, Tensor Sin) Rotary(long length)
    {
        Tensor frequencies = pow(config.RopeTheta, arange(0, config.HeadDim, 2).to(float32).div(-config.HeadDim));
        Tensor angles = outer(arange(length).to(float32), frequencies);
        Tensor both = cat([angles, angles], -1);
        return (both.cos(), both.sin());
    }
}

/// <summary>x / √(mean x² + ε) ⊙ w.</summary>
internal sealed class PlainNorm : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double epsilon;

    public PlainNorm(long width, double epsilon)
        : base("norm")
    {
        (weight, this.epsilon) = (new Parameter(ones(width)), epsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => weight * (x * rsqrt(x.pow(2).mean([-1L], keepdim: true) + epsilon));
}

/// <summary>A frozen Linear with PEFT's LoRA beside it: W x + (α/r) B A x.</summary>
internal sealed class PlainLora : Module<Tensor, Tensor>
{
    private readonly Linear inner;
    private readonly Linear? lora_A, lora_B;
    private readonly double scale;

    public PlainLora(long from, long to, int rank, double alpha)
        : base("lora")
    {
        inner = Linear(from, to, hasBias: false);
        if (rank > 0)
        {
            (lora_A, lora_B, scale) = (Linear(from, rank, hasBias: false), Linear(rank, to, hasBias: false), alpha / rank);
            init.zeros_(lora_B.weight!);
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor x) =>
        lora_A is null ? inner.forward(x) : inner.forward(x) + (lora_B!.forward(lora_A.forward(x)) * scale);
}

/// <summary>One pre-norm decoder layer.</summary>
internal sealed class PlainBlock : Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly PlainNorm input_layernorm, post_attention_layernorm;
    private readonly PlainAttention self_attn;
    private readonly PlainMlp mlp;

    public PlainBlock(DecoderConfig config, int rank, double alpha)
        : base("block")
    {
        (input_layernorm, post_attention_layernorm) = (new PlainNorm(config.Hidden, config.RmsNormEpsilon), new PlainNorm(config.Hidden, config.RmsNormEpsilon));
        (self_attn, mlp) = (new PlainAttention(config), new PlainMlp(config, rank, alpha));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor cos, Tensor sin)
    {
        x = x + self_attn.forward(input_layernorm.forward(x), cos, sin);
        return x + mlp.forward(post_attention_layernorm.forward(x));
    }
}

/// <summary>Grouped-query attention; keys and values are repeated for their query heads.</summary>
internal sealed class PlainAttention : Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly Linear q_proj, k_proj, v_proj, o_proj;
    private readonly DecoderConfig config;

    public PlainAttention(DecoderConfig config)
        : base("attention")
    {
        this.config = config;
        (long queries, long keys) = ((long)config.Heads * config.HeadDim, (long)config.KvHeads * config.HeadDim);
        q_proj = Linear(config.Hidden, queries, hasBias: false);
        k_proj = Linear(config.Hidden, keys, hasBias: false);
        v_proj = Linear(config.Hidden, keys, hasBias: false);
        o_proj = Linear(queries, config.Hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor cos, Tensor sin)
    {
        (long batch, long length) = (x.size(0), x.size(1));
        Tensor q = Rotate(Heads(q_proj.forward(x), config.Heads), cos, sin);
        Tensor k = Rotate(Heads(k_proj.forward(x), config.KvHeads), cos, sin);
        Tensor v = Heads(v_proj.forward(x), config.KvHeads);
        long repeats = config.Heads / config.KvHeads;
        Tensor mixed = functional.scaled_dot_product_attention(q, k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1), is_casual: true);
        return o_proj.forward(mixed.transpose(1, 2).reshape(batch, length, -1));

        Tensor Heads(Tensor t, long heads) => t.view(batch, length, heads, config.HeadDim).transpose(1, 2);
    }

    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin)
    {
        long half = x.size(-1) / 2;
        return (x * cos) + (cat([-x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1) * sin);
    }
}

/// <summary>down(silu(gate x) ⊙ up x).</summary>
internal sealed class PlainMlp : Module<Tensor, Tensor>
{
    private readonly PlainLora gate_proj, up_proj, down_proj;

    public PlainMlp(DecoderConfig config, int rank, double alpha)
        : base("mlp")
    {
        gate_proj = new PlainLora(config.Hidden, config.Neurons, rank, alpha);
        up_proj = new PlainLora(config.Hidden, config.Neurons, rank, alpha);
        down_proj = new PlainLora(config.Neurons, config.Hidden, rank, alpha);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => down_proj.forward(functional.silu(gate_proj.forward(x)) * up_proj.forward(x));
}
