using System;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with its own state.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device device = null)
            : this(
                NativeMethods.Check(NativeMethods.Generator(seed, (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1)), device ?? CPU)
        {
        }

        private Generator(nint handle, Device device) => (this.handle, this.device) = (handle, device);

        ~Generator() => Dispose(false);

        public static Generator Default => new(NativeMethods.Check(NativeMethods.DefaultGenerator()), CPU);

        public IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Generator invalid -- empty handle.");

        public Device device { get; }

        public Tensor get_state()
        {
            nint state = NativeMethods.Check(NativeMethods.GeneratorState(Handle));
            GC.KeepAlive(this);
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            NativeMethods.Check(NativeMethods.SetGeneratorState(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.SeedGenerator(Handle, (ulong)seed));
            GC.KeepAlive(this);
            return this;
        }

        public long seed()
        {
            long chosen = (long)NativeMethods.ReseedGenerator(Handle);
            GC.KeepAlive(this);
            return chosen;
        }

        public long initial_seed()
        {
            long first = (long)NativeMethods.InitialSeed(Handle);
            GC.KeepAlive(this);
            return first;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint last = System.Threading.Interlocked.Exchange(ref handle, 0);
            if (last != 0)
            {
                NativeMethods.FreeGenerator(last);
            }
        }
    }

    /// <summary>Seeds the default generators of every device.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Check(NativeMethods.ManualSeed((ulong)seed));
        return Generator.Default;
    }

    /// <summary>The default CPU generator.</summary>
    public static class random
    {
        public static long seed()
        {
            using Generator generator = Generator.Default;
            return generator.seed();
        }

        public static long initial_seed()
        {
            using Generator generator = Generator.Default;
            return generator.initial_seed();
        }

        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static Tensor get_rng_state()
        {
            using Generator generator = Generator.Default;
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using Generator generator = Generator.Default;
            generator.set_state(new_state);
        }
    }
}
