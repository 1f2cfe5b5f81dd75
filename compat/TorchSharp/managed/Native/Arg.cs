using System;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One argument on its way to an operator: a tag, its bits, and the object that must stay alive until the call returns.</summary>
internal readonly struct Arg
{
    private enum Kind
    {
        None, Tensor, Int, Double, Bool, IntList, DoubleList, BoolList, TensorList, OptionalTensorList, String, Device, Generator, Complex,
    }

    private readonly Kind kind;
    private readonly int count;
    private readonly long bits;
    private readonly object reference;

    private Arg(Kind kind, long bits, object reference = null, int count = 0) =>
        (this.kind, this.bits, this.reference, this.count) = (kind, bits, reference, count);

    public static Arg None => default;

    /// <summary>Tensors of which some may be null (index lists).</summary>
    public static Arg Optional(Tensor[] tensors) => new(Kind.OptionalTensorList, 0, tensors, tensors.Length);

    public static implicit operator Arg(Tensor tensor) => tensor is null ? None : new(Kind.Tensor, 0, tensor);

    public static implicit operator Arg(Scalar scalar) => scalar is null ? None : scalar.ToArg();

    public static implicit operator Arg(long value) => new(Kind.Int, value);

    public static implicit operator Arg(int value) => new(Kind.Int, value);

    public static implicit operator Arg(long? value) => value is long known ? known : None;

    public static implicit operator Arg(double value) => new(Kind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(double? value) => value is double known ? known : None;

    public static implicit operator Arg(bool value) => new(Kind.Bool, value ? 1 : 0);

    public static implicit operator Arg(long[] values) => values is null ? None : new(Kind.IntList, 0, values, values.Length);

    public static implicit operator Arg(Tensor[] tensors) => new(Kind.TensorList, 0, tensors, tensors.Length);

    public static implicit operator Arg(ScalarType type) => new(Kind.Int, (long)type);

    public static implicit operator Arg(ScalarType? type) => type is ScalarType known ? known : None;

    public static implicit operator Arg(string text) => text is null ? None : Text(Encoding.UTF8.GetBytes(text));

    public static implicit operator Arg(Device device) =>
        device is null ? None : new(Kind.Device, (long)device.type, null, device.index);

    public static implicit operator Arg(Generator generator) => generator is null ? None : new(Kind.Generator, generator.Handle, generator);

    public static implicit operator Arg(System.Numerics.Complex value) => new(Kind.Complex, 0, new[] { value.Real, value.Imaginary }, 2);

    private static Arg Text(byte[] utf8) => new(Kind.String, 0, utf8, utf8.Length);

    internal object Reference => reference;

    /// <summary>How many 8-byte words of scratch the value needs beside its tag.</summary>
    internal int Words => kind == Kind.String ? (count + 7) / 8 : kind is Kind.Device ? 0 : count;

    /// <summary>Writes the value; lists are copied to the scratch, whose address goes into the value.</summary>
    internal unsafe void Write(ref NativeValue value, long* scratch)
    {
        value.Kind = (int)kind;
        value.Count = count;
        value.Bits = bits;
        switch (reference)
        {
            case Tensor tensor:
                value.Bits = tensor.Handle;
                break;
            case long[] list:
                list.CopyTo(new Span<long>(scratch, count));
                value.Bits = (long)scratch;
                break;
            case double[] list:
                list.CopyTo(new Span<double>(scratch, count));
                value.Bits = (long)scratch;
                break;
            case byte[] text:
                text.CopyTo(new Span<byte>(scratch, count));
                value.Bits = (long)scratch;
                break;
            case Tensor[] list:
                for (int i = 0; i < count; i++)
                {
                    scratch[i] = list[i] is null ? 0 : list[i].Handle;
                }

                value.Bits = (long)scratch;
                break;
            default:
                break;
        }
    }
}
