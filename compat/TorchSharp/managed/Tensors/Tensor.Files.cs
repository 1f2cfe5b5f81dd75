using System.IO;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Single tensors in files.</summary>
    public partial class Tensor
    {
        /// <summary>A tensor as TensorExtensionMethods.Save wrote it.</summary>
        public static Tensor Load(BinaryReader reader) => TensorFile.Read(reader);

        public static Tensor Load(Stream stream)
        {
            using BinaryReader reader = new(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            return Load(reader);
        }

        public static Tensor Load(string location)
        {
            using FileStream stream = File.OpenRead(location);
            return Load(stream);
        }

        /// <summary>LibTorch's own archive.</summary>
        public static Tensor load(string location) => torch.load(location);

        public void save(string location) => torch.save(this, location);
    }

    /// <summary>Writes one tensor as LibTorch's archive.</summary>
    public static void save(Tensor t, string location)
    {
        NativeMethods.Check(NativeMethods.Save(t.Handle, location));
        System.GC.KeepAlive(t);
    }

    public static Tensor load(string location) => new(NativeMethods.Check(NativeMethods.Load(location)));
}
