using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Formats.HuggingFace;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

public class CheckpointTests
{
    public static TheoryData<string> Models => FixtureFolders.Folders("models");

    public static TheoryData<string> GgufModels => FixtureFolders.Files("gguf/model", ".gguf");

    [Theory]
    [MemberData(nameof(Models))]
    [Trait("Category", "Fixtures")]
    public void OpensAFolder(string name) => FixtureCase.Run("models (configuration)", name, () =>
        from checkpoint in Checkpoints.Open(FixtureFolders.At("models", name))
        from newer in NewerForm(name, checkpoint.Config)
        from read in ReadAll(checkpoint)
        select Same(checkpoint.Config, newer));

    [Theory]
    [MemberData(nameof(GgufModels))]
    [Trait("Category", "Fixtures")]
    public void OpensAGgufModel(string name) => FixtureCase.Run("gguf/model (configuration)", name, () =>
        from checkpoint in Checkpoints.Open(FixtureFolders.At("gguf/model", name + ".gguf"))
        from expected in FromFixture(FixtureFolders.At("gguf/model", name + ".json"))
        from read in ReadAll(checkpoint)
        select SameUpToPrecision(expected, checkpoint.Config));

    /// <summary>Where the folder also has the form that transformers 5 writes, that form.</summary>
    private static Either<FloeError, DecoderConfig> NewerForm(string name, DecoderConfig older)
    {
        string path = FixtureFolders.At("models", name, "config_v5.json");
        return File.Exists(path) ? ConfigFile.Read(path) : older;
    }

    private static Either<FloeError, DecoderConfig> FromFixture(string json)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, ExpectedJson.Read(json).GetProperty("hf_config").GetRawText());
            return ConfigFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Either<FloeError, Unit> ReadAll(Checkpoint checkpoint)
    {
        using (checkpoint)
        {
            foreach (StoredTensor tensor in checkpoint.Weights.Tensors.Values)
            {
                float[] values = new float[tensor.Elements];
                Either<FloeError, Unit> read = checkpoint.Weights.ReadFloat32(tensor.Name, values);
                if (read.IsLeft)
                {
                    return read;
                }

                Assert.Contains(values, v => v != 0);
                Assert.All(values, v => Assert.True(float.IsFinite(v)));
            }

            return unit;
        }
    }

    private static Unit Same(DecoderConfig expected, DecoderConfig found)
    {
        Assert.Equal(expected, found);
        return unit;
    }

    /// <summary>GGUF keeps ε and θ as float32 and llama3's scaling as the divisors that it amounts to.</summary>
    private static Unit SameUpToPrecision(DecoderConfig expected, DecoderConfig found)
    {
        Assert.Equal((float)expected.RmsNormEpsilon, (float)found.RmsNormEpsilon);
        Assert.Equal((float)expected.RopeTheta, (float)found.RopeTheta);
        return Same(expected, found with
        {
            RmsNormEpsilon = expected.RmsNormEpsilon,
            RopeTheta = expected.RopeTheta,
            Rope = found.Rope is RopeScaling.Divided ? expected.Rope : found.Rope,
        });
    }
}
