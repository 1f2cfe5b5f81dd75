using System;

namespace TorchSharp;

/// <summary>Whether operations record a graph. The mode belongs to the thread and lasts until the returned object is disposed.</summary>
public static partial class torch
{
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => NativeMethods.GradEnabled() != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => NativeMethods.InferenceEnabled() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly bool before = is_grad_enabled();

        internal GradMode(bool enabled) => NativeMethods.SetGradEnabled(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.SetGradEnabled(before ? 1 : 0);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = NativeMethods.Check(NativeMethods.EnterInference(enabled ? 1 : 0));

        public void Dispose()
        {
            NativeMethods.LeaveInference(guard);
            guard = 0;
        }
    }
}
