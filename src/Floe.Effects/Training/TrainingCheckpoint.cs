using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Files;
using Floe.Effects.Identities;
using LanguageExt;
using TorchSharp;
using TorchSharp.Modules;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Effects.Training;

/// <summary>
/// Where a training run stands: steps done, trainable tensors, optimizer moments, and what its journal says so far. Samples, learning rates
/// and dropout are functions of the step, so nothing else is needed to go on with the bytes of a run that was never stopped.
/// </summary>
/// <param name="Run">Everything that decides the run (model, data, plan, options): a checkpoint of another run is not resumed.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Journal">The lines of <c>run.jsonl</c> of these steps.</param>
/// <param name="Parameters">The trainable tensors' elements, in the optimizer's order.</param>
/// <param name="Optimizer">Bytes of <see cref="Training.Optimizer.Save"/>.</param>
/// <param name="Products">What computed its products; a run that goes on computes them the same way, so that its bytes are those of a run
/// never stopped.</param>
internal sealed record TrainingCheckpoint(
    Fingerprint Run, int Step, string Journal, IReadOnlyList<float[]> Parameters, byte[] Optimizer, ProductWay Products)
{
    private const string Magic = "FLOECKPT";
    private const int Version = 3;

    /// <summary>Reads the present state.</summary>
    /// <param name="run">What decides the run.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="journal">The journal's lines of these steps.</param>
    /// <param name="optimizer">Tensors and moments.</param>
    public static Either<FloeError, TrainingCheckpoint> Of(Fingerprint run, int step, string journal, Optimizer optimizer) =>
        TensorEdge.Run("checkpoint", () =>
            new TrainingCheckpoint(
                run, step, journal, [.. optimizer.Parameters.Select(Tensors.Floats)], optimizer.Save(), Engine.Products.Way));

    /// <summary>Puts this state into tensors and moments of the same shapes.</summary>
    /// <param name="optimizer">A fresh optimizer over the run's tensors.</param>
    /// <returns>Unit, or <see cref="FloeError.BadData"/> where the shapes differ.</returns>
    public Either<FloeError, Unit> Restore(Optimizer optimizer) => TensorEdge.Bind("checkpoint", () =>
    {
        if (!Parameters.Select(p => (long)p.Length).SequenceEqual(optimizer.Parameters.Select(p => p.numel()))
            || Optimizer.Length != optimizer.StateBytes)
        {
            return new FloeError.BadData(
                "checkpoint", "tensors of the adapter's shapes", "others", "Remove the checkpoint to start again.");
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        foreach ((Parameter target, float[] values) in optimizer.Parameters.Zip(Parameters))
        {
            target.copy_(tensor(values, target.shape));
        }

        optimizer.Load(Optimizer);
        Engine.Products.GoOn(Products);
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
            writer.Write(Run.Facts.Count);
            foreach (Fact fact in Run.Facts)
            {
                writer.Write(fact.Name);
                writer.Write(fact.Value);
            }

            writer.Write(Step);
            writer.Write(Journal);
            writer.Write((int)Products);
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
    /// <returns>None where there is no file; <see cref="FloeError.BadData"/> where it is damaged or of another version.</returns>
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
            return new FloeError.BadData(
                path, $"a whole {Magic} file of version {Version}", "another or a damaged file", "Remove it to start the training again.");
        }

        using BinaryReader reader = new(
            new MemoryStream(bytes, Magic.Length + sizeof(int), body - Magic.Length - sizeof(int), writable: false));
        Fact[] facts = new Fact[reader.ReadInt32()];
        for (int i = 0; i < facts.Length; i++)
        {
            facts[i] = new Fact(reader.ReadString(), reader.ReadString());
        }

        int step = reader.ReadInt32();
        string journal = reader.ReadString();
        ProductWay products = (ProductWay)reader.ReadInt32();
        float[][] parameters = new float[reader.ReadInt32()][];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = new float[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(parameters[i].AsSpan()));
        }

        return new TrainingCheckpoint(
            new Fingerprint(toArray(facts)), step, journal, parameters, reader.ReadBytes(reader.ReadInt32()), products);
    }
}
