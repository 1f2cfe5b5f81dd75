using System;
using System.Collections.Generic;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Gradient descent with momentum: b ← μ b + (1 − τ) g, p ← p − lr b.</summary>
public partial class SGD : OptimizerHelper, IMomentum
{
    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    public SGD(
        IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
    {
        if (nesterov && (momentum <= 0 || dampening != 0))
        {
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
        }

        _defaults = new Options
        {
            LearningRate = lr, InitialLearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay,
            nesterov = nesterov, maximize = maximize,
        };
        foreach (ParamGroup group in parameters)
        {
            add_param_group(group);
        }
    }

    public double Momentum
    {
        get => ((Options)_defaults).momentum.Value;
        set => ((Options)_defaults).momentum = value;
    }

    public override Tensor step(Func<Tensor> closure = null) => _step<ParamGroup>(Update, closure);

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        Options defaults = (Options)_defaults;
        Options given = (Options)(param_group.Options ??= new Options());
        given.LearningRate ??= defaults.LearningRate;
        given.momentum ??= defaults.momentum;
        given.dampening ??= defaults.dampening;
        given.weight_decay ??= defaults.weight_decay;
        given.nesterov ??= defaults.nesterov;
        given.maximize ??= defaults.maximize;
        Enrol(param_group, parameter => new State(parameter));
    }

    private void Update(ParamGroup group)
    {
        Options options = group.Options;
        foreach (Parameter parameter in group.Parameters)
        {
            using Tensor given = parameter.grad;
            if (given is null)
            {
                continue;
            }

            using DisposeScope scope = NewDisposeScope();
            Tensor grad = options.maximize.Value ? given.neg() : given;
            grad = options.weight_decay.Value != 0 ? grad.add(parameter, options.weight_decay.Value) : grad;
            if (options.momentum.Value != 0)
            {
                grad = WithMomentum(grad, (State)_state[parameter.Handle], options);
            }

            parameter.add_(grad, -options.LearningRate.Value);
        }
    }

    private static Tensor WithMomentum(Tensor grad, State state, Options options)
    {
        if (state.momentum_buffer is null)
        {
            state.momentum_buffer = grad.detach().clone().DetachFromDisposeScope();
        }
        else
        {
            state.momentum_buffer.mul_(options.momentum.Value).add_(grad, 1 - options.dampening.Value);
        }

        return options.nesterov.Value ? grad.add(state.momentum_buffer, options.momentum.Value) : state.momentum_buffer;
    }
}
