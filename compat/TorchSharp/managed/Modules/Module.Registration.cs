using System;
using System.Linq;
using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Putting parts into a module and finding them by dotted name.</summary>
        public partial class Module
        {
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                CheckFree(name);
                _internal_buffers.Add(name, (Kept(tensor), persistent));
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                CheckFree(name);
                _internal_params.Add(name, (Parameter)Kept(param));
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    _internal_submodules.Remove(name);
                    return;
                }

                if (name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                }

                CheckFree(name);
                submodule.RegisterComponents();
                _internal_submodules.Add(name, submodule);
            }

            public virtual bool has_buffer(string target) => named_buffers().Any(b => b.name == target);

            public virtual bool has_parameter(string target) => named_parameters().Any(p => p.name == target);

            public virtual Tensor get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;

            public virtual Parameter get_parameter(string target) => named_parameters().FirstOrDefault(p => p.name == target).parameter;

            protected void ConditionallyRegisterParameter(string name, Tensor value) =>
                ConditionallyRegisterParameter(name, value as Parameter);

            protected void ConditionallyRegisterParameter(string name, Parameter value)
            {
                if (value is null)
                {
                    _internal_params.Remove(name);
                }
                else
                {
                    _internal_params[name] = (Parameter)Kept(value);
                }
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor value, bool persistent = true)
            {
                if (value is null)
                {
                    _internal_buffers.Remove(name);
                }
                else
                {
                    _internal_buffers[name] = (Kept(value), persistent);
                }
            }

            /// <summary>Registers the fields that hold modules, parameters and tensors under their names, where not done before.</summary>
            protected virtual void RegisterComponents()
            {
                for (Type type = GetType(); type != typeof(Module) && type is not null; type = type.BaseType)
                {
                    foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                    {
                        Register(field.Name, field.GetValue(this));
                    }
                }
            }

            protected void ClearModules() => _internal_submodules.clear();

            private void Register(string field, object value)
            {
                switch (value)
                {
                    case Module module when !_internal_submodules.Values.Contains(module):
                        register_module(field, module);
                        break;
                    case Parameter parameter when !_internal_params.Values.Contains(parameter, System.Collections.Generic.ReferenceEqualityComparer.Instance):
                        register_parameter(field, parameter);
                        break;
                    case Tensor tensor when value is not Modules.Parameter && !_internal_buffers.Values.Any(b => ReferenceEquals(b.Item1, tensor)):
                        register_buffer(field, tensor);
                        break;
                    default:
                        break;
                }
            }

            /// <summary>A module outlives the scope it is built in.</summary>
            private static Tensor Kept(Tensor tensor) => tensor?.DetachFromDisposeScope();

            private void CheckFree(string name)
            {
                if (_internal_params.ContainsKey(name) || _internal_buffers.ContainsKey(name) || _internal_submodules.ContainsKey(name))
                {
                    throw new InvalidOperationException($"Tried to register a component that already exists: {name}");
                }
            }
        }
    }
}
