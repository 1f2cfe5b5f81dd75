using System;
using System.Numerics;

namespace TorchSharp;

/// <summary>A number of any type on its way to an operator. Kept in managed memory, so disposing one is optional.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double real;
    private readonly double imaginary;
    private readonly long whole;

    private Scalar(torch.ScalarType type, double real, long whole = 0, double imaginary = 0) =>
        (Type, this.real, this.whole, this.imaginary) = (type, real, whole, imaginary);

    public torch.ScalarType Type { get; }

    public static implicit operator Scalar(byte value) => Whole(torch.ScalarType.Byte, value);

    public static implicit operator Scalar(sbyte value) => Whole(torch.ScalarType.Int8, value);

    public static implicit operator Scalar(short value) => Whole(torch.ScalarType.Int16, value);

    public static implicit operator Scalar(int value) => Whole(torch.ScalarType.Int32, value);

    public static implicit operator Scalar(long value) => Whole(torch.ScalarType.Int64, value);

    public static implicit operator Scalar(Half value) => new(torch.ScalarType.Float16, (double)value);

    public static implicit operator Scalar(BFloat16 value) => new(torch.ScalarType.BFloat16, value.ToSingle());

    public static implicit operator Scalar(float value) => new(torch.ScalarType.Float32, value);

    public static implicit operator Scalar(double value) => new(torch.ScalarType.Float64, value);

    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    public static implicit operator Scalar((float, float) value) => new(torch.ScalarType.ComplexFloat32, value.Item1, 0, value.Item2);

    public static implicit operator Scalar(Complex value) => new(torch.ScalarType.ComplexFloat64, value.Real, 0, value.Imaginary);

    internal static Scalar Of(torch.ScalarType type, double real, long whole, double imaginary) => new(type, real, whole, imaginary);

    internal bool IsWhole => Type is torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Int16 or torch.ScalarType.Int32
        or torch.ScalarType.Int64 or torch.ScalarType.Bool;

    internal double Real => IsWhole ? whole : real;

    internal long Integer => IsWhole ? whole : (long)real;

    internal Complex Complex => new(Real, imaginary);

    internal Arg ToArg() => Type switch
    {
        torch.ScalarType.Bool => whole != 0,
        torch.ScalarType.ComplexFloat32 or torch.ScalarType.ComplexFloat64 => Complex,
        _ when IsWhole => whole,
        _ => real,
    };

    public void Dispose()
    {
    }

    private static Scalar Whole(torch.ScalarType type, long value) => new(type, value, value);
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this sbyte value) => value;

    public static Scalar ToScalar(this short value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this (float, float) value) => value;

    public static Scalar ToScalar(this Complex value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static Scalar ToScalar(this Half value) => value;

    public static Scalar ToScalar(this BFloat16 value) => value;

    public static Half ToHalf(this Scalar value) => (Half)value.Real;

    public static BFloat16 ToBFloat16(this Scalar value) => new((float)value.Real);

    public static float ToSingle(this Scalar value) => (float)value.Real;

    public static double ToDouble(this Scalar value) => value.Real;

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Integer;

    public static byte ToByte(this Scalar value) => (byte)value.Integer;

    public static short ToInt16(this Scalar value) => (short)value.Integer;

    public static int ToInt32(this Scalar value) => (int)value.Integer;

    public static long ToInt64(this Scalar value) => value.Integer;

    public static bool ToBoolean(this Scalar value) => value.Real != 0;

    public static Complex ToComplexFloat64(this Scalar value) => value.Complex;
}
