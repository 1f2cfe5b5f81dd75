using System;
using System.Collections.Generic;
using System.Linq;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>
/// Adam with decoupled weight decay: p ← p(1 − lr·wd) − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε). Plain parameters take one native pass each;
/// others (amsgrad, other types, devices) the same steps by operators.
/// </summary>
public partial class AdamW : OptimizerHelper, IBetas
{
    public AdamW(
        IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    public AdamW(
        IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        Check(lr >= 0.0, "learning rate", lr);
        Check(beta1 is >= 0.0 and < 1.0, "beta1", beta1);
        Check(beta2 is >= 0.0 and < 1.0, "beta2", beta2);
        Check(eps >= 0.0, "eps", eps);
        Check(weight_decay >= 0.0, "weight_decay", weight_decay);
        _defaults = new Options
        {
            LearningRate = lr, InitialLearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad,
            maximize = maximize,
        };
        foreach (ParamGroup group in parameters)
        {
            add_param_group(group);
        }
    }

    public (double, double) Betas
    {
        get => (((Options)_defaults).beta1.Value, ((Options)_defaults).beta2.Value);
        set => (((Options)_defaults).beta1, ((Options)_defaults).beta2) = value;
    }

    public override Tensor step(Func<Tensor> closure = null) => _step<ParamGroup>(Update, closure);

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        Options defaults = (Options)_defaults;
        Options given = (Options)(param_group.Options ??= new Options());
        given.LearningRate ??= defaults.LearningRate;
        given.beta1 ??= defaults.beta1;
        given.beta2 ??= defaults.beta2;
        given.eps ??= defaults.eps;
        given.weight_decay ??= defaults.weight_decay;
        given.amsgrad ??= defaults.amsgrad;
        given.maximize ??= defaults.maximize;
        Enrol(param_group, parameter => new State(parameter));
    }

    protected override void Dispose(bool disposing) => base.Dispose(disposing);

    private void Update(ParamGroup group)
    {
        foreach (Parameter parameter in group.Parameters)
        {
            using Tensor grad = parameter.grad;
            if (grad is null)
            {
                continue;
            }

            State state = (State)_state[parameter.Handle];
            state.step++;
            AdamWSettings settings = SettingsAt(group.Options, state.step);
            if (state.max_exp_avg_sq is not null || !UpdatePlain(parameter, grad, state, settings))
            {
                UpdateByOperators(parameter, grad, state, settings);
            }
        }
    }

    private static AdamWSettings SettingsAt(Options options, long step)
    {
        double lr = options.LearningRate.Value;
        return new AdamWSettings
        {
            Decay = 1 - (lr * options.weight_decay.Value),
            Beta1 = options.beta1.Value,
            Beta2 = options.beta2.Value,
            Epsilon = options.eps.Value,
            StepSize = lr / (1 - Math.Pow(options.beta1.Value, step)),
            Root = Math.Sqrt(1 - Math.Pow(options.beta2.Value, step)),
            Maximize = options.maximize.Value ? 1 : 0,
        };
    }

    private static unsafe bool UpdatePlain(Parameter parameter, Tensor grad, State state, AdamWSettings settings)
    {
        int done = NativeMethods.AdamW(parameter.Handle, grad.Handle, state.exp_avg.Handle, state.exp_avg_sq.Handle, &settings);
        NativeMethods.Check(done);
        GC.KeepAlive(parameter);
        GC.KeepAlive(grad);
        GC.KeepAlive(state);
        return done == 1;
    }

    private static void UpdateByOperators(Parameter parameter, Tensor given, State state, AdamWSettings settings)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor grad = settings.Maximize != 0 ? given.neg() : given;
        parameter.mul_(settings.Decay);
        state.exp_avg.mul_(settings.Beta1).add_(grad, 1 - settings.Beta1);
        state.exp_avg_sq.mul_(settings.Beta2).addcmul_(grad, grad, 1 - settings.Beta2);
        Tensor second = state.exp_avg_sq;
        if (state.max_exp_avg_sq is not null)
        {
            state.max_exp_avg_sq.copy_(second.maximum(state.max_exp_avg_sq));
            second = state.max_exp_avg_sq;
        }

        Tensor denominator = (second.sqrt() / settings.Root).add_(settings.Epsilon);
        parameter.addcdiv_(state.exp_avg, denominator, -settings.StepSize);
    }

    private static void Check(bool valid, string what, double value)
    {
        if (!valid)
        {
            throw new ArgumentException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Invalid {what} value: {value}"));
        }
    }
}
