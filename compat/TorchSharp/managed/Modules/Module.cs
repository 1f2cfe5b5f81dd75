using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Named parameters, buffers and submodules. Disposing a module frees all of them.</summary>
        public partial class Module : IDisposable
        {
            protected DeviceType _deviceType = DeviceType.CPU;
            protected int _deviceIndex = -1;
            protected Utils.OrderedDict<string, Module> _internal_submodules = [];
            protected Utils.OrderedDict<string, (Tensor, bool)> _internal_buffers = [];
            protected Utils.OrderedDict<string, Parameter> _internal_params = [];
            protected string name;

            protected Module(string name) => this.name = name;

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => name;

            public virtual Module apply(Action<Module> fn)
            {
                foreach (Module child in children())
                {
                    child.apply(fn);
                }

                fn(this);
                return this;
            }

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (Module child in children())
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (Parameter parameter in parameters())
                {
                    if (set_to_none)
                    {
                        parameter.grad = null;
                        continue;
                    }

                    using Tensor grad = parameter.grad;
                    using Tensor cut = grad?.detach();
                    cut?.zero_();
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }

                foreach ((_, Parameter parameter) in _internal_params)
                {
                    parameter?.Dispose();
                }

                foreach ((_, (Tensor buffer, _)) in _internal_buffers)
                {
                    buffer?.Dispose();
                }

                foreach ((_, Module module) in _internal_submodules)
                {
                    module.Dispose();
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => _internal_submodules;

            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            public virtual IEnumerable<(string name, Module module)> named_modules() => _internal_submodules.Pairs.SelectMany(child =>
                child.Item2.named_modules().Select(inner => (child.Item1 + "." + inner.name, inner.module)).Prepend((child.Item1, child.Item2)));

            public virtual IEnumerable<Module> modules() => named_modules().Select(inner => inner.module);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
                Walk(module => module._internal_buffers.Pairs.Where(b => include_nonpersistent || b.Item2.Item2).Select(b => (b.Item1, b.Item2.Item1)), recurse);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) =>
                Walk(module => module._internal_params.Pairs.Where(p => p.Item2 is not null), recurse);

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            protected virtual (string name, Parameter parameter)[] _named_parameters() => named_parameters(false).ToArray();

            protected virtual (string name, Tensor buffer)[] _named_buffers() => named_buffers(false).ToArray();

            protected virtual Parameter[] _parameters(bool recurse = true) => parameters(recurse).ToArray();

            /// <summary>Own entries, then those below with dotted names; an object met again is not repeated.</summary>
            private IEnumerable<(string, T)> Walk<T>(Func<Module, IEnumerable<(string, T)>> own, bool recurse)
            {
                HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
                IEnumerable<(string, Module)> places = recurse ? named_modules().Prepend(("", this)) : [("", this)];
                foreach ((string prefix, Module module) in places)
                {
                    foreach ((string key, T value) in own(module))
                    {
                        if (seen.Add(value))
                        {
                            yield return (prefix.Length == 0 ? key : prefix + "." + key, value);
                        }
                    }
                }
            }
        }
    }
}
