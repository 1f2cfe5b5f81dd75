using System;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Which .NET type holds an element of which tensor type.</summary>
internal static class ElementTypes
{
    internal static Type Of(ScalarType type) => type switch
    {
        ScalarType.Byte => typeof(byte),
        ScalarType.Int8 => typeof(sbyte),
        ScalarType.Int16 => typeof(short),
        ScalarType.Int32 => typeof(int),
        ScalarType.Int64 => typeof(long),
        ScalarType.Bool => typeof(bool),
        ScalarType.Float16 => typeof(Half),
        ScalarType.BFloat16 => typeof(BFloat16),
        ScalarType.Float32 => typeof(float),
        ScalarType.Float64 => typeof(double),
        ScalarType.ComplexFloat32 => typeof((float, float)),
        ScalarType.ComplexFloat64 => typeof(System.Numerics.Complex),
        _ => null,
    };

    internal static ScalarType Of(Type element)
    {
        foreach (ScalarType type in Enum.GetValues<ScalarType>())
        {
            if (Of(type) == element)
            {
                return type;
            }
        }

        throw new NotSupportedException($"Creating tensor of type {element} is not supported.");
    }
}
