using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Calls LibTorch's operators by the names of its schemas (<c>add.Tensor</c>: operator and overload). Arguments left out at the end take the
/// schema's defaults. An error of LibTorch becomes an ExternalException, a disposed tensor an InvalidOperationException.
/// </summary>
internal static unsafe class Aten
{
    private const int ScratchWords = 64;

    private static readonly ConcurrentDictionary<string, nint> Operators = new(StringComparer.Ordinal);

    /// <summary>One new tensor.</summary>
    [SkipLocalsInit]
    internal static Tensor Call(string op, params ReadOnlySpan<Arg> arguments)
    {
        Invoke(op, arguments, out NativeValue* results);
        return new Tensor((nint)results[0].Bits);
    }

    /// <summary>Every tensor of the answer, lists flattened.</summary>
    internal static Tensor[] Many(string op, params ReadOnlySpan<Arg> arguments)
    {
        int count = Invoke(op, arguments, out NativeValue* results);
        nint[] handles = new nint[count];
        for (int i = 0; i < count; i++)
        {
            handles[i] = (nint)results[i].Bits;
        }

        return Array.ConvertAll(handles, handle => handle == 0 ? null : new Tensor(handle));
    }

    internal static (Tensor, Tensor) Pair(string op, params ReadOnlySpan<Arg> arguments)
    {
        Invoke(op, arguments, out NativeValue* results);
        (nint first, nint second) = ((nint)results[0].Bits, (nint)results[1].Bits);
        return (new Tensor(first), new Tensor(second));
    }

    /// <summary>An operator that changes its first argument; the alias it answers is dropped.</summary>
    internal static Tensor InPlace(Tensor self, string op, params ReadOnlySpan<Arg> arguments)
    {
        int count = Invoke(op, arguments, out NativeValue* results);
        if (count > 0)
        {
            NativeMethods.Free((nint)results[0].Bits);
        }

        return self;
    }

    internal static bool Bool(string op, params ReadOnlySpan<Arg> arguments)
    {
        Invoke(op, arguments, out NativeValue* results);
        return results[0].Bits != 0;
    }

    /// <summary>Calls; the results stay readable until this thread's next call.</summary>
    [SkipLocalsInit]
    private static int Invoke(string op, ReadOnlySpan<Arg> arguments, out NativeValue* results)
    {
        int words = 0;
        foreach (ref readonly Arg argument in arguments)
        {
            words += argument.Words;
        }

        Span<long> scratch = words <= ScratchWords ? stackalloc long[ScratchWords] : new long[words];
        NativeValue* values = stackalloc NativeValue[arguments.Length];
        NativeValue* answer;
        int count;
        fixed (long* start = scratch)
        {
            long* at = start;
            for (int i = 0; i < arguments.Length; i++)
            {
                arguments[i].Write(ref values[i], at);
                at += arguments[i].Words;
            }

            count = NativeMethods.Call(Find(op), values, arguments.Length, &answer);
        }

        // The handles above are bare addresses: their owners must outlive the call.
        foreach (ref readonly Arg argument in arguments)
        {
            GC.KeepAlive(argument.Reference);
        }

        results = answer;
        return count >= 0 ? count : throw NativeMethods.LastError();
    }

    private static nint Find(string op) => Operators.TryGetValue(op, out nint known) ? known : Operators.GetOrAdd(op, Resolve);

    private static nint Resolve(string op)
    {
        int dot = op.IndexOf('.', StringComparison.Ordinal);
        string name = dot < 0 ? op : op[..dot];
        return NativeMethods.Check(NativeMethods.Operator("aten::" + name, dot < 0 ? "" : op[(dot + 1)..]));
    }
}
