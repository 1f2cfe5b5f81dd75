using System;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The exports of the C++ shim. First use of this class loads it (and LibTorch); nothing else does.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "floe_torch";

    [LibraryImport(Library, EntryPoint = "floe_error")]
    internal static partial byte* Error();

    [LibraryImport(Library, EntryPoint = "floe_operator", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Operator(string name, string overload);

    [LibraryImport(Library, EntryPoint = "floe_call")]
    internal static partial int Call(nint op, NativeValue* arguments, int count, NativeValue** results);

    [LibraryImport(Library, EntryPoint = "floe_free")]
    internal static partial void Free(nint tensor);

    [LibraryImport(Library, EntryPoint = "floe_share")]
    internal static partial nint Share(nint tensor);

    [LibraryImport(Library, EntryPoint = "floe_facts")]
    [SuppressGCTransition]
    internal static partial int Facts(nint tensor, TensorFacts* facts);

    [LibraryImport(Library, EntryPoint = "floe_sizes")]
    internal static partial int Sizes(nint tensor, long* sizes, long* strides);

    [LibraryImport(Library, EntryPoint = "floe_data")]
    internal static partial void* Data(nint tensor);

    [LibraryImport(Library, EntryPoint = "floe_from_blob")]
    internal static partial nint FromBlob(
        void* data, long* sizes, int count, int scalarType, delegate* unmanaged[Cdecl]<nint, void> release, nint token);

    [LibraryImport(Library, EntryPoint = "floe_save", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Save(nint tensor, string path);

    [LibraryImport(Library, EntryPoint = "floe_load", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Load(string path);

    [LibraryImport(Library, EntryPoint = "floe_set_requires_grad")]
    internal static partial int SetRequiresGrad(nint tensor, int value);

    [LibraryImport(Library, EntryPoint = "floe_retain_grad")]
    internal static partial int RetainGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "floe_grad")]
    internal static partial int Grad(nint tensor, nint* grad);

    [LibraryImport(Library, EntryPoint = "floe_set_grad")]
    internal static partial int SetGrad(nint tensor, nint grad);

    [LibraryImport(Library, EntryPoint = "floe_backward")]
    internal static partial int Backward(
        nint* tensors, int count, nint* grads, int gradCount, int retainGraph, int createGraph, nint* inputs, int inputCount);

    [LibraryImport(Library, EntryPoint = "floe_gradients")]
    internal static partial int Gradients(
        nint* outputs, int count, nint* inputs, int inputCount, nint* grads, int gradCount, int retainGraph, int createGraph, int allowUnused,
        nint* results);

    [LibraryImport(Library, EntryPoint = "floe_attach")]
    internal static partial nint Attach(
        nint output, nint* inputs, int count, int materialize, delegate* unmanaged[Cdecl]<long, nint, nint*, int, byte**, int> backward,
        delegate* unmanaged[Cdecl]<long, void> release, long token);

    [LibraryImport(Library, EntryPoint = "floe_grad_enabled")]
    internal static partial int GradEnabled();

    [LibraryImport(Library, EntryPoint = "floe_set_grad_enabled")]
    internal static partial void SetGradEnabled(int enabled);

    [LibraryImport(Library, EntryPoint = "floe_inference_enabled")]
    internal static partial int InferenceEnabled();

    [LibraryImport(Library, EntryPoint = "floe_enter_inference")]
    internal static partial nint EnterInference(int enabled);

    [LibraryImport(Library, EntryPoint = "floe_leave_inference")]
    internal static partial void LeaveInference(nint mode);

    [LibraryImport(Library, EntryPoint = "floe_set_anomaly")]
    internal static partial void SetAnomaly(int enabled, int checkNan);

    [LibraryImport(Library, EntryPoint = "floe_anomaly")]
    internal static partial int Anomaly();

    [LibraryImport(Library, EntryPoint = "floe_adamw")]
    internal static partial int AdamW(nint parameter, nint gradient, nint first, nint second, AdamWSettings* settings);

    [LibraryImport(Library, EntryPoint = "floe_torch_version")]
    internal static partial int TorchVersion();

    [LibraryImport(Library, EntryPoint = "floe_threads")]
    internal static partial int Threads();

    [LibraryImport(Library, EntryPoint = "floe_set_threads")]
    internal static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "floe_interop_threads")]
    internal static partial int InteropThreads();

    [LibraryImport(Library, EntryPoint = "floe_set_interop_threads")]
    internal static partial int SetInteropThreads(int count);

    [LibraryImport(Library, EntryPoint = "floe_device_count")]
    internal static partial int DeviceCount(int deviceType);

    [LibraryImport(Library, EntryPoint = "floe_has_cudnn")]
    internal static partial int HasCudnn();

    [LibraryImport(Library, EntryPoint = "floe_synchronize")]
    internal static partial int Synchronize(int deviceType, int index);

    [LibraryImport(Library, EntryPoint = "floe_default_dtype")]
    internal static partial int DefaultDtype();

    [LibraryImport(Library, EntryPoint = "floe_set_default_dtype")]
    internal static partial int SetDefaultDtype(int scalarType);

    [LibraryImport(Library, EntryPoint = "floe_manual_seed")]
    internal static partial int ManualSeed(ulong seed);

    [LibraryImport(Library, EntryPoint = "floe_generator")]
    internal static partial nint Generator(ulong seed, int deviceType, int index);

    [LibraryImport(Library, EntryPoint = "floe_default_generator")]
    internal static partial nint DefaultGenerator();

    [LibraryImport(Library, EntryPoint = "floe_free_generator")]
    internal static partial void FreeGenerator(nint generator);

    [LibraryImport(Library, EntryPoint = "floe_generator_seed")]
    internal static partial int SeedGenerator(nint generator, ulong seed);

    [LibraryImport(Library, EntryPoint = "floe_generator_reseed")]
    internal static partial ulong ReseedGenerator(nint generator);

    [LibraryImport(Library, EntryPoint = "floe_generator_initial_seed")]
    internal static partial ulong InitialSeed(nint generator);

    [LibraryImport(Library, EntryPoint = "floe_generator_state")]
    internal static partial nint GeneratorState(nint generator);

    [LibraryImport(Library, EntryPoint = "floe_set_generator_state")]
    internal static partial int SetGeneratorState(nint generator, nint state);

    /// <summary>The calling thread's last native error, as the package throws it.</summary>
    internal static Exception LastError() => new ExternalException(Marshal.PtrToStringUTF8((nint)Error()));

    internal static void Check(int code)
    {
        if (code < 0)
        {
            throw LastError();
        }
    }

    internal static nint Check(nint handle) => handle != 0 ? handle : throw LastError();
}

[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    public int Kind;
    public int Count;
    public long Bits;
}

[StructLayout(LayoutKind.Sequential)]
internal struct TensorFacts
{
    public long Dimensions;
    public long Elements;
    public int ScalarType;
    public int ElementSize;
    public int DeviceType;
    public int DeviceIndex;
    public int RequiresGrad;
    public int IsLeaf;
    public int IsSparse;
    public int IsContiguous;
}

[StructLayout(LayoutKind.Sequential)]
internal struct AdamWSettings
{
    public double Decay;
    public double Beta1;
    public double Beta2;
    public double Epsilon;
    public double StepSize;
    public double Root;
    public int Maximize;
}
