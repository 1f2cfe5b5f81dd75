using System;
using System.Threading;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of LibTorch. Freed by Dispose, by the dispose scope that owns it, or at last by the finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;

        private nint handle;

        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            long count = Interlocked.Increment(ref totalCount);
            if (count > Volatile.Read(ref peakCount))
            {
                Volatile.Write(ref peakCount, count);
            }

            if (register)
            {
                OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
            }
        }

        ~Tensor() => Dispose(false);

        /// <summary>Live tensors of this process that managed code holds.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        public static long PeakCount => Interlocked.Read(ref peakCount);

        public string name { get; set; }

        public bool IsInvalid => handle == 0;

        public IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope OwningDisposeScope { get; set; }

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint last = Interlocked.Exchange(ref handle, 0);
            if (last == 0)
            {
                return;
            }

            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.CountDisposal(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }

            Interlocked.Decrement(ref totalCount);
            NativeMethods.Free(last);
        }

        /// <summary>Hands the native tensor to the caller; this object is empty afterwards.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            nint given = Handle;
            GC.SuppressFinalize(this);
            OwningDisposeScope?.MarkAsDisposed(this);
            Interlocked.Decrement(ref totalCount);
            handle = 0;
            return given;
        }

        /// <summary>The native tensor for a parameter; the scope's entry stays, for the parameter to take over.</summary>
        internal nint MoveHandle()
        {
            nint given = Handle;
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref totalCount);
            handle = 0;
            return given;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            if (OwningDisposeScope is null)
            {
                other?.Attach(this);
            }
            else
            {
                OwningDisposeScope.MoveToOther(other, this);
            }

            return this;
        }

        /// <summary>Another managed owner of the same native tensor.</summary>
        public Tensor alias()
        {
            nint shared = NativeMethods.Check(NativeMethods.Share(Handle));
            GC.KeepAlive(this);
            return new Tensor(shared);
        }

        public override bool Equals(object obj) => obj is Tensor other && Equals(other);

        public bool Equals(Tensor target) => target is not null && Aten.Bool("equal", this, target);

        public override int GetHashCode() => base.GetHashCode();
    }
}
