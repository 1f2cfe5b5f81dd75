using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What every optimizer shares: groups, per-parameter state, saving and loading.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    protected OptimizerOptions _defaults;
    protected Utils.OrderedDict<IntPtr, OptimizerState> _state = [];

    public OptimizerHelper()
        : base(IntPtr.Zero)
    {
    }

    public void save_state_dict(string location)
    {
        using BinaryWriter writer = new(File.Create(location));
        save_state_dict(writer);
    }

    public void load_state_dict(string location)
    {
        using BinaryReader reader = new(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary own = state_dict();
        writer.Write(GetType().Name);
        TensorFile.WriteCount(writer, own.Options.Count);
        TensorFile.WriteCount(writer, own.State.Count);
        own.Options.ForEach(options => options.SaveStateDict(writer));
        own.State.ForEach(state => state.SaveStateDict(writer));
    }

    public void load_state_dict(BinaryReader reader)
    {
        string name = reader.ReadString();
        if (name != GetType().Name)
        {
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");
        }

        StateDictionary own = state_dict();
        CheckCounts(own, TensorFile.ReadCount(reader), TensorFile.ReadCount(reader));
        own.Options.ForEach(options => options.LoadStateDict(reader));
        own.State.ForEach(state => state.LoadStateDict(reader));
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        CheckCounts(own, state_dict.Options.Count, state_dict.State.Count);
        foreach ((OptimizerOptions mine, OptimizerOptions given) in own.Options.Zip(state_dict.Options).Where(p => p.First != p.Second))
        {
            mine.LoadStateDict(given);
        }

        foreach ((OptimizerState mine, OptimizerState given) in own.State.Zip(state_dict.State).Where(p => p.First != p.Second))
        {
            mine.LoadStateDict(given);
        }
    }

    public virtual StateDictionary state_dict()
    {
        StateDictionary result = new();
        foreach (ParamGroup group in _parameter_groups)
        {
            result.Options.Add(group.Options);
            result.StateIndexRef.Add([]);
            foreach (Parameter parameter in group.Parameters)
            {
                result.StateIndexRef[^1].Add(result.State.Count);
                result.State.Add(_state[parameter.Handle]);
            }
        }

        return result;
    }

    public void to(Device device)
    {
        foreach ((_, OptimizerState state) in _state)
        {
            state.to(device);
        }
    }

    public override void zero_grad() => base.zero_grad();

    public override IEnumerable<Parameter> parameters() => base.parameters();

    public override void add_param_group(ParamGroup param_group) => base.add_param_group(param_group);

    /// <summary>Runs the closure with gradients, then the body for each group without, in a scope of its own.</summary>
    protected Tensor _step<T>(Action<T> body, Func<Tensor> loss_closure = null) where T : ParamGroup
    {
        Tensor loss = null;
        if (loss_closure is not null)
        {
            using IDisposable recording = enable_grad();
            loss = loss_closure();
        }

        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach (ParamGroup group in _parameter_groups)
        {
            body((T)group);
        }

        return loss;
    }

    /// <summary>Adds a group whose options are complete, with fresh state for its parameters.</summary>
    private protected void Enrol(ParamGroup group, Func<Parameter, OptimizerState> state)
    {
        group.Parameters = group.Parameters.ToList();
        group.Options.InitialLearningRate = group.Options.LearningRate.Value;
        _parameter_groups.Add(group);
        foreach (Parameter parameter in group.Parameters)
        {
            OptimizerState fresh = state(parameter);
            fresh.Initialize(group.Options);
            _state[parameter.Handle] = fresh;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach ((_, OptimizerState state) in _state)
            {
                (state as IDisposable)?.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private static void CheckCounts(StateDictionary own, long groups, long states)
    {
        if (groups != own.Options.Count)
        {
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        }

        if (states != own.State.Count)
        {
            throw new ArgumentException("Invalid optimizer state -- different number of states.");
        }
    }
}
