using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Models;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Models;

/// <summary>The pretrained model, loaded once for all tests that share it.</summary>
public sealed class SmolLm2 : IDisposable
{
    /// <summary>Name of the collection of test classes that share the model.</summary>
    public const string Shared = "SmolLM2";

    private readonly Lazy<Either<FloeError, Decoder>> model = new(() => Checkpoints.Open(Folder).Bind(checkpoint =>
    {
        using (checkpoint)
        {
            return DecoderLoading.Load(checkpoint, CPU);
        }
    }));

    /// <summary>Where the model is; it may be absent.</summary>
    public static string Folder => Path.Combine(FixtureFolders.Assets, "models", "smollm2");

    /// <summary>The decoder, or why it could not be loaded.</summary>
    public Either<FloeError, Decoder> Model => model.Value;

    /// <summary>The case's name where the model is there, else the name that stands for an absent group.</summary>
    public static string Available(string name) => Directory.Exists(Folder) ? name : FixtureFolders.Absent;

    public void Dispose()
    {
        if (model.IsValueCreated)
        {
            model.Value.IfRight(decoder => decoder.Dispose());
        }
    }
}

/// <summary>Test classes that share <see cref="SmolLm2"/>.</summary>
[CollectionDefinition(SmolLm2.Shared)]
public class SmolLm2Tests : ICollectionFixture<SmolLm2>;
