using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Files;
using LanguageExt;
using TorchSharp;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Training;

/// <summary>
/// Where a training run stands: steps done, trainable tensors, optimizer moments. Samples, learning rates and dropout are functions of the step, so
/// nothing else is needed to go on with the bytes of a run that was never stopped.
/// </summary>
/// <param name="Identity">Hash of everything that decides the run (model, data, plan, options): a checkpoint of another run is not resumed.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Parameters">The trainable tensors' elements, in the optimizer's order.</param>
/// <param name="Optimizer">Bytes of <see cref="Training.Optimizer.Save"/>.</param>
public sealed record TrainingCheckpoint(string Identity, int Step, IReadOnlyList<float[]> Parameters, byte[] Optimizer)
{
    private const string Magic = "FLOECKPT";
    private const int Version = 1;

    /// <summary>Reads the present state.</summary>
    /// <param name="identity">Hash of the run.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="optimizer">Tensors and moments.</param>
    public static Either<FloeError, TrainingCheckpoint> Of(string identity, int step, Optimizer optimizer) => TensorEdge.Run("checkpoint", () =>
        new TrainingCheckpoint(identity, step, [.. optimizer.Parameters.Select(Tensors.Floats)], optimizer.Save()));

    /// <summary>Puts this state into tensors and moments of the same shapes.</summary>
    /// <param name="optimizer">A fresh optimizer over the run's tensors.</param>
    /// <returns>Unit, or <see cref="FloeError.BadData"/> where the shapes differ.</returns>
    public Either<FloeError, Unit> Restore(Optimizer optimizer) => TensorEdge.Bind("checkpoint", () =>
    {
        if (!Parameters.Select(p => (long)p.Length).SequenceEqual(optimizer.Parameters.Select(p => p.numel())))
        {
            return new FloeError.BadData("checkpoint", "tensors of the adapter's shapes", "others", "Remove the checkpoint to start again");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach ((Parameter target, float[] values) in optimizer.Parameters.Zip(Parameters))
        {
            target.copy_(tensor(values, target.shape));
        }

        optimizer.Load(Optimizer);
        return Right<FloeError, Unit>(unit);
    });

    /// <summary>Writes the checkpoint: little-endian, the tensors as float32, a SHA-256 of all of it at the end.</summary>
    /// <param name="path">The file.</param>
    public Either<FloeError, Unit> Write(string path)
    {
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Encoding.ASCII.GetBytes(Magic));
            writer.Write(Version);
            writer.Write(Identity);
            writer.Write(Step);
            writer.Write(Parameters.Count);
            foreach (float[] values in Parameters)
            {
                writer.Write(values.Length);
                writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }

            writer.Write(Optimizer.Length);
            writer.Write(Optimizer);
        }

        bytes.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return AtomicFile.WriteBytes(path, bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <returns>None where there is no file; <see cref="FloeError.BadData"/> where it is damaged.</returns>
    public static Either<FloeError, Option<TrainingCheckpoint>> Read(string path) => File.Exists(path)
        ? FileErrors.Try(path, "read the checkpoint", () => File.ReadAllBytes(path)).Bind(bytes => Parse(path, bytes)).Map(Some)
        : Right<FloeError, Option<TrainingCheckpoint>>(None);

    // The hash is checked first, so the lengths inside are those that Write wrote.
    private static Either<FloeError, TrainingCheckpoint> Parse(string path, byte[] bytes)
    {
        int body = bytes.Length - SHA256.HashSizeInBytes;
        if (body < Magic.Length + sizeof(int)
            || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Encoding.ASCII.GetBytes(Magic))
            || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(Magic.Length)) != Version
            || !SHA256.HashData(bytes.AsSpan(0, body)).AsSpan().SequenceEqual(bytes.AsSpan(body)))
        {
            return new FloeError.BadData(path, $"a whole {Magic} file of version {Version}", "another or a damaged file",
                "Remove it to start the training again");
        }

        using BinaryReader reader = new(new MemoryStream(bytes, Magic.Length + sizeof(int), body - Magic.Length - sizeof(int), writable: false));
        string identity = reader.ReadString();
        int step = reader.ReadInt32();
        float[][] parameters = new float[reader.ReadInt32()][];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = new float[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(parameters[i].AsSpan()));
        }

        return new TrainingCheckpoint(identity, step, parameters, reader.ReadBytes(reader.ReadInt32()));
    }
}
