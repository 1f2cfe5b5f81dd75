using System.Runtime.InteropServices;
using Floe.Tests.Effects.Models;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>Optimizers, schedules, modules and managed functions against their formulas.</summary>
public class EngineTraining
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AdamW_follows_its_recurrence(bool strided)
    {
        using DisposeScope scope = NewDisposeScope();
        const double lr = 0.1, b1 = 0.9, b2 = 0.99, eps = 1e-8, decay = 0.05;
        double[] p = [1, -2, 3, 0.5], m = new double[4], v = new double[4];
        Tensor start = tensor(p).view(2, 2);
        using Parameter parameter = new(strided ? start.t().contiguous().t() : start.clone());
        using AdamW optimizer = optim.AdamW([parameter], lr, b1, b2, eps, decay);
        for (int t = 1; t <= 5; t++)
        {
            optimizer.zero_grad();
            (parameter.pow(3) * 0.3).sum().backward();
            optimizer.step();
            for (int i = 0; i < 4; i++)
            {
                double g = 0.9 * p[i] * p[i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                p[i] = (p[i] * (1 - (lr * decay))) - (lr * m[i] / (1 - Math.Pow(b1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps));
            }

            double[] got = parameter.data<double>().ToArray();
            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(p[i], got[i], 1e-12));
        }
    }

    [Fact]
    public void AdamW_state_goes_on_where_it_stopped()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter one = new(tensor(new[] { 1f, 2f })), two = new(tensor(new[] { 1f, 2f }));
        using AdamW first = optim.AdamW([one], 0.1), second = optim.AdamW([two], 0.1);
        Step(one, first);
        Step(two, second);
        using MemoryStream stream = new();
        first.save_state_dict(new BinaryWriter(stream));
        Step(one, first);
        Step(two, second);
        Step(two, second);
        stream.Position = 0;
        second.load_state_dict(new BinaryReader(stream));
        Assert.Equal(1, ((AdamW.State)second.state_dict().State[0]).step);
        two.detach().copy_(tensor(new[] { 1f, 2f }));
        one.detach().copy_(tensor(new[] { 1f, 2f }));
        first.load_state_dict(second.state_dict());
        Step(one, first);
        Step(two, second);
        Assert.Equal(one.data<float>().ToArray(), two.data<float>().ToArray());
    }

    [Fact]
    public void SGD_takes_the_momentum_along()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter p = new(tensor(new[] { 1.0 }));
        using SGD optimizer = optim.SGD([p], 0.5, momentum: 0.5);
        (p * 2).sum().backward();
        optimizer.step();
        Assert.Equal(0.0, p[0].ToDouble(), 12);
        optimizer.step();
        Assert.Equal(-1.5, p[0].ToDouble(), 12);
    }

    [Fact]
    public void Clipping_answers_the_norm_and_bounds_it()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter a = new(tensor(new[] { 3f })), b = new(tensor(new[] { 4f }));
        (a.square().sum() / 2 + b.square().sum() / 2).backward();
        Assert.Equal(5.0, nn.utils.clip_grad_norm_([a, b], 1.0), 6);
        Assert.Equal(0.6f, a.grad!.ToSingle(), 5);
        Assert.Equal(1.0, nn.utils.clip_grad_norm_([a, b], 2.0), 5);
        Assert.Equal(0.8f, b.grad!.ToSingle(), 5);
    }

    [Fact]
    public void Schedules_set_the_rates()
    {
        using Parameter p = new(zeros(1));
        using SGD optimizer = optim.SGD([p], 1.0);
        var lambda = optim.lr_scheduler.LambdaLR(optimizer, epoch => 1.0 / (epoch + 1));
        lambda.step();
        Assert.Equal(0.5, optimizer.ParamGroups.Single().LearningRate);
        using SGD other = optim.SGD([p], 1.0);
        var cosine = optim.lr_scheduler.CosineAnnealingLR(other, 10);
        for (int epoch = 1; epoch <= 12; epoch++)
        {
            cosine.step();
            Assert.Equal((1 + Math.Cos(Math.PI * epoch / 10)) / 2, cosine.get_last_lr().Single(), 12);
        }
    }

    [Fact]
    public void Modules_name_what_they_hold()
    {
        long before = LiveTensors.Settled();
        using (Pair model = new())
        {
            Assert.Equal(["scale", "inner.weight", "inner.bias"], model.named_parameters().Select(p => p.name));
            Assert.Equal(["scale", "inner.weight", "inner.bias", "offset"], model.state_dict().Keys);
            model.eval();
            Assert.False(model.children().Single().training);
            using MemoryStream stream = new();
            model.save(stream);
            using Pair other = new();
            stream.Position = 0;
            other.load(stream);
            using (NewDisposeScope())
            {
                Assert.True(model.call(ones(1, 3)).allclose(other.call(ones(1, 3))));
            }

            model.to(float64);
            Assert.All(model.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_managed_function_takes_part_in_the_backward_pass()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        Tensor y = Cube.apply(x, 2.0);
        (y * 3).sum().backward();
        Assert.Equal([2.0, 16.0], y.data<double>().ToArray());
        Assert.Equal([18.0, 72.0], x.grad!.data<double>().ToArray());
        Tensor bad = Cube.apply(x, -1.0);
        Assert.Contains("negative factor", Assert.Throws<ExternalException>(() => bad.sum().backward()).Message, StringComparison.Ordinal);
    }

    private static void Step(Parameter parameter, AdamW optimizer)
    {
        optimizer.zero_grad();
        parameter.square().sum().backward();
        optimizer.step();
    }

    private sealed class Cube : autograd.SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            ctx.save_data("factor", vars[1]);
            return ((Tensor)vars[0]).pow(3) * (double)vars[1];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            double factor = (double)ctx.get_data("factor");
            ArgumentOutOfRangeException.ThrowIfNegative(factor, "negative factor");
            return [grad_output * ctx.get_saved_variables()[0].square() * (3 * factor), null!];
        }
    }

    private sealed class Pair : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter scale = new(ones(2));
        private readonly Linear inner = nn.Linear(3, 2);
        private readonly Tensor offset = zeros(2);

        public Pair()
            : base("pair") => RegisterComponents();

        public override Tensor forward(Tensor input) => (inner.call(input) * scale) + offset;
    }
}
