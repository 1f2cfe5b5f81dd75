using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Formats.Gguf;

/// <summary>A tensor type of ggml: how many values lie in how many bytes, and how they are decoded.</summary>
/// <param name="Id">Its number in the file.</param>
/// <param name="Name">Its name.</param>
/// <param name="Values">Values of one block.</param>
/// <param name="Bytes">Bytes of one block.</param>
internal sealed record GgufTensorType(uint Id, string Name, int Values, int Bytes)
{
    /// <summary>Turns whole blocks into float32; null where Floe cannot.</summary>
    public Decode<float>? Decode { get; private init; }

    /// <summary>Every type that ggml has (its <c>ggml_type</c>; the missing numbers were removed there).</summary>
    public static IReadOnlyDictionary<uint, GgufTensorType> All { get; } = new GgufTensorType[]
    {
        new(0, "F32", 1, 4) { Decode = ElementTypes.ToFloat32(ElementType.F32) },
        new(1, "F16", 1, 2) { Decode = ElementTypes.ToFloat32(ElementType.F16) },
        new(2, "Q4_0", 32, 18) { Decode = Legacy.Q4_0 },
        new(3, "Q4_1", 32, 20) { Decode = Legacy.Q4_1 },
        new(6, "Q5_0", 32, 22) { Decode = Legacy.Q5_0 },
        new(7, "Q5_1", 32, 24) { Decode = Legacy.Q5_1 },
        new(8, "Q8_0", 32, 34) { Decode = Legacy.Q8_0 },
        new(9, "Q8_1", 32, 36),
        new(10, "Q2_K", 256, 84) { Decode = KQuants.Q2 },
        new(11, "Q3_K", 256, 110) { Decode = KQuants.Q3 },
        new(12, "Q4_K", 256, 144) { Decode = KQuants.Q4 },
        new(13, "Q5_K", 256, 176) { Decode = KQuants.Q5 },
        new(14, "Q6_K", 256, 210) { Decode = KQuants.Q6 },
        new(15, "Q8_K", 256, 292) { Decode = KQuants.Q8 },
        new(16, "IQ2_XXS", 256, 66),
        new(17, "IQ2_XS", 256, 74),
        new(18, "IQ3_XXS", 256, 98),
        new(19, "IQ1_S", 256, 50),
        new(20, "IQ4_NL", 32, 18) { Decode = TableQuants.Iq4Nl },
        new(21, "IQ3_S", 256, 110),
        new(22, "IQ2_S", 256, 82),
        new(23, "IQ4_XS", 256, 136) { Decode = TableQuants.Iq4Xs },
        new(24, "I8", 1, 1) { Decode = ElementTypes.ToFloat32(ElementType.I8) },
        new(25, "I16", 1, 2) { Decode = ElementTypes.ToFloat32(ElementType.I16) },
        new(26, "I32", 1, 4) { Decode = ElementTypes.ToFloat32(ElementType.I32) },
        new(27, "I64", 1, 8) { Decode = ElementTypes.ToFloat32(ElementType.I64) },
        new(28, "F64", 1, 8) { Decode = ElementTypes.ToFloat32(ElementType.F64) },
        new(29, "IQ1_M", 256, 56),
        new(30, "BF16", 1, 2) { Decode = ElementTypes.ToFloat32(ElementType.BF16) },
        new(34, "TQ1_0", 256, 54) { Decode = TernaryQuants.Tq1 },
        new(35, "TQ2_0", 256, 66) { Decode = TernaryQuants.Tq2 },
        new(39, "MXFP4", 32, 17) { Decode = TableQuants.MxFp4 },
        new(40, "NVFP4", 64, 36),
    }.ToDictionary(type => type.Id);

    /// <summary>The type's decoder, or a refusal that names the type.</summary>
    public Either<FloeError, Decode<float>> Decoder(string at) =>
        Decode is { } decode
            ? decode
            : new FloeError.Unsupported(
                at, $"the tensor type {Name}", string.Join(
                    ", ", All.Values.Where(t => t.Decode is not null).Select(t => t.Name)), "Convert the file to one of these.");
}
