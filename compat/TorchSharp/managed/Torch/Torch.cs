using System;

namespace TorchSharp;

/// <summary>Types, devices, threads and scopes.</summary>
public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly ScalarType uint8 = ScalarType.Byte;
    public static readonly ScalarType int8 = ScalarType.Int8;
    public static readonly ScalarType int16 = ScalarType.Int16;
    public static readonly ScalarType int32 = ScalarType.Int32;
    public static readonly ScalarType int64 = ScalarType.Int64;
    public static readonly ScalarType float16 = ScalarType.Float16;
    public static readonly ScalarType float32 = ScalarType.Float32;
    public static readonly ScalarType float64 = ScalarType.Float64;
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;
    public static readonly ScalarType @bool = ScalarType.Bool;

    public static Device CUDA => new(DeviceType.CUDA);

    /// <summary>The LibTorch that the native part was built for.</summary>
    public static string __version__
    {
        get
        {
            int version = NativeMethods.TorchVersion();
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000}");
        }
    }

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static int get_num_threads() => NativeMethods.Threads();

    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.SetThreads(num));

    public static int get_num_interop_threads() => NativeMethods.InteropThreads();

    public static void set_num_interop_threads(int num) => NativeMethods.Check(NativeMethods.SetInteropThreads(num));

    public static void set_default_dtype(ScalarType dtype) => NativeMethods.Check(NativeMethods.SetDefaultDtype((int)dtype));

    public static ScalarType get_default_dtype() => (ScalarType)NativeMethods.DefaultDtype();

    public static bool TryInitializeDeviceType(DeviceType deviceType) =>
        deviceType == DeviceType.CPU || NativeMethods.DeviceCount((int)deviceType) > 0;

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
        {
            throw new InvalidOperationException($"Torch device type {deviceType} did not initialise on the current machine.");
        }
    }

    public static Device InitializeDevice(Device device)
    {
        Device chosen = device ?? CPU;
        InitializeDeviceType(chosen.type);
        return chosen;
    }

    public static bool cuda_is_available() => NativeMethods.DeviceCount((int)DeviceType.CUDA) > 0;

    public static class cuda
    {
        public static bool is_available() => cuda_is_available();

        public static bool is_cudnn_available() => NativeMethods.HasCudnn() != 0;

        public static int device_count() => Math.Max(NativeMethods.DeviceCount((int)DeviceType.CUDA), 0);

        public static void manual_seed(long seed) => torch.manual_seed(seed);

        public static void manual_seed_all(long seed) => torch.manual_seed(seed);

        /// <summary>Waits for the work queued on a device.</summary>
        public static void synchronize(Device device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            NativeMethods.Check(NativeMethods.Synchronize((int)DeviceType.CUDA, device?.index ?? -1));
        }
    }
}
