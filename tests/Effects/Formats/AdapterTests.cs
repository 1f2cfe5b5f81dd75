using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Formats;
using Floe.Effects.Adapters.Stored;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats;

public class AdapterTests
{
    public static TheoryData<string> Adapters => FixtureFolders.Folders("adapters");

    public static TheoryData<string> GgufAdapters => FixtureFolders.Files("gguf/lora", ".gguf");

    /// <summary>The folder's own record of rank and scaling, where it has one, and the round trip through the writer.</summary>
    [Theory]
    [MemberData(nameof(Adapters))]
    [Trait("Category", "Fixtures")]
    public void OpensAndWritesAFolder(string name) => FixtureCase.Run("adapters (configuration)", name, () =>
    {
        string folder = FixtureFolders.At("adapters", name);
        return from model in BaseOf(folder, "adapters")
               from adapter in AdapterFolders.Open(folder, model)
               from same in CompareModules(folder, adapter)
               from again in RoundTrip(adapter, model)
               select again;
    });

    /// <summary>Other spellings of the tensors' names, where the folder holds any, mean the same adapter.</summary>
    [Theory]
    [MemberData(nameof(Adapters))]
    [Trait("Category", "Fixtures")]
    public void ReadsOtherSpellingsOfTheNames(string name) => FixtureCase.Run("adapters (spellings)", name, () =>
    {
        string folder = FixtureFolders.At("adapters", name), variants = Path.Combine(folder, "variants");
        return from model in BaseOf(folder, "adapters")
               from each in (Directory.Exists(variants) ? Directory.GetFiles(variants) : []).Aggregate(
                   Right<FloeError, Unit>(unit),
                   (done, file) =>
                       done.Bind(_ => AdapterFolders.Open(folder, model))
                           .Bind(sound => WithVariant(folder, file, model).Bind(found => SameTensors(sound, found, half: false))))
               select each;
    });

    [Theory]
    [MemberData(nameof(GgufAdapters))]
    [Trait("Category", "Fixtures")]
    public void AGgufAdapterEqualsTheFolderThatItWasMadeOf(string name) => FixtureCase.Run("gguf/lora", name, () =>
    {
        JsonElement json = ExpectedJson.Read(FixtureFolders.At("gguf/lora", name + ".json"));
        string source = FixtureFolders.At(
            "gguf/lora", json.GetProperty("source").GetString()!.Replace("../fixtures", "../..", StringComparison.Ordinal));
        bool half = json.GetProperty("tensors").EnumerateArray().Any(t => t.GetProperty("type").GetString() == "F16");
        return from model in ConfigAt(
            FixtureFolders.At("gguf/lora", json.GetProperty("base").GetString()!.Replace("../fixtures", "../..", StringComparison.Ordinal)))
               from gguf in AdapterFolders.Open(FixtureFolders.At("gguf/lora", name + ".gguf"), model)
               from folder in AdapterFolders.Open(source, model)
               from same in SameTensors(folder, gguf, half)
               select same;
    });

    [Fact]
    public void APlanWhoseLayersDifferSurvivesAFolder()
    {
        DecoderConfig model = new("llama", 16, 8, 5, 2, 1, 4, 12, 32, 1e-5, 10000, new RopeScaling.None(), true, false, false);
        AdapterPlan[] plans =
        [
            new(new AdapterKind.Hydra(), new Arr<Projection>([Projection.Gate, Projection.Down]), new Arr<LayerAdapter>(
                [new(0, 2, 3), new(1, 2, 3), new(2, 3, 3), new(3, 2, 2), new(4, 2, 3)]), 8, 0.1),
            new(new AdapterKind.Hydra(), new Arr<Projection>([Projection.Up]), new Arr<LayerAdapter>([new(1, 2, 3), new(4, 2, 3)]), 8, 0),
            new(new AdapterKind.Lora(), new Arr<Projection>([Projection.Query, Projection.Output]), new Arr<LayerAdapter>(
                [new(0, 4, 1), new(1, 2, 1), new(3, 4, 1)]), 2.5, 0)
            {
                RankStabilized = true,
                Overrides = new Arr<ModuleOverride>([new(0, Projection.Output, 1, 2.5), new(3, Projection.Query, 4, 7)]),
            },
        ];
        foreach (AdapterPlan plan in plans)
        {
            InFolder(folder =>
            {
                Dictionary<string, float[]> values = AdapterLayout.TensorsOf(plan, model)
                    .Select((t, i) =>
                        (t.Name, Values: Enumerable.Range(0, (int)t.Shape.Fold(1L, (a, b) => a * b)).Select(j => i + (j / 64f)).ToArray()))
                    .ToDictionary(t => t.Name, t => t.Values);
                Either<FloeError, AdapterFolder> read =
                    from written in AdapterWriter.Write(folder, plan, model, "a/base", tensor => values[tensor])
                    from opened in AdapterFolders.Open(folder, model)
                    select opened;
                using AdapterFolder found = read.IfLeft(e => throw new Xunit.Sdk.XunitException(e.Message));
                Assert.Equal(plan, found.Plan);
                Assert.Equal("a/base", found.BaseModel);
                Assert.All(values, v => Assert.Equal(v.Value, Floats(found.Tensors, v.Key)));
            });
        }
    }

    private static Either<FloeError, Unit> CompareModules(string folder, AdapterFolder adapter)
    {
        JsonElement expected = ExpectedJson.Read(Path.Combine(folder, "expected.json"));
        if (expected.TryGetProperty("adapted_modules", out JsonElement modules))
        {
            foreach ((string path, int rank, double scale) in ModulesOf(modules))
            {
                LayerAdapter layer = adapter.Plan.Layers.Single(l => path.Contains($"layers.{l.Layer}.", StringComparison.Ordinal));
                Projection module = Projections.Named(path[(path.LastIndexOf('.') + 1)..]).IfNone(Projection.Query);
                Assert.Equal(rank, adapter.Plan.RankOf(layer, module));
                Assert.Equal(scale, adapter.Plan.ScaleOf(layer, module), 12);
            }

            Assert.Equal(ModulesOf(modules).Count(), adapter.Plan.Layers.Count * adapter.Plan.Modules.Count);
        }

        return unit;
    }

    private static IEnumerable<(string Path, int Rank, double Scale)> ModulesOf(JsonElement modules) =>
        modules.ValueKind == JsonValueKind.Object
        ? modules.EnumerateObject().Select(m => (m.Name, m.Value.GetProperty("r").GetInt32(), m.Value.GetProperty("scaling").GetDouble()))
        : modules.EnumerateArray()
            .Select(m => (m.GetProperty("module").GetString()!, m.GetProperty("r").GetInt32(), m.GetProperty("scaling").GetDouble()));

    private static Either<FloeError, Unit> RoundTrip(AdapterFolder adapter, DecoderConfig model)
    {
        using (adapter)
        {
            InFolder(folder =>
            {
                Either<FloeError, AdapterFolder> again =
                    from written in AdapterWriter.Write(
                        folder, adapter.Plan, model, adapter.BaseModel, name => Floats(adapter.Tensors, name))
                    from opened in AdapterFolders.Open(folder, model)
                    select opened;
                using AdapterFolder found = again.IfLeft(e => throw new Xunit.Sdk.XunitException(e.Message));
                Assert.Equal(adapter.Plan, found.Plan);
                Assert.Equal(
                    adapter.Tensors.Tensors.Keys.Order(StringComparer.Ordinal), found.Tensors.Tensors.Keys.Order(StringComparer.Ordinal));
                Assert.All(adapter.Tensors.Tensors.Keys, name => Assert.Equal(Floats(adapter.Tensors, name), Floats(found.Tensors, name)));
            });
            return unit;
        }
    }

    private static Either<FloeError, AdapterFolder> WithVariant(string folder, string tensors, DecoderConfig model)
    {
        string copy = Directory.CreateTempSubdirectory("floe-adapter-").FullName;
        try
        {
            File.Copy(Path.Combine(folder, AdapterConfigFile.Name), Path.Combine(copy, AdapterConfigFile.Name));
            File.Copy(tensors, Path.Combine(copy, AdapterFolders.TensorFile));
            return AdapterFolders.Open(copy, model);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static Either<FloeError, Unit> SameTensors(AdapterFolder folder, AdapterFolder gguf, bool half)
    {
        using (folder)
        using (gguf)
        {
            Assert.Equal(folder.Plan with { Dropout = 0, RankStabilized = false }, gguf.Plan with { Dropout = 0 });
            Assert.All(folder.Tensors.Tensors.Keys, name => Assert.Equal(
                Floats(folder.Tensors, name).Select(v => half ? (float)(Half)v : v), Floats(gguf.Tensors, name)));
            return unit;
        }
    }

    private static Either<FloeError, DecoderConfig> BaseOf(string folder, string group)
    {
        JsonElement config = ExpectedJson.Read(Path.Combine(folder, "adapter_config.json"));
        return ConfigAt(
            Path.Combine(FixtureFolders.At(group), Path.GetFileName(folder), config.GetProperty("base_model_name_or_path").GetString()!));
    }

    private static Either<FloeError, DecoderConfig> ConfigAt(string path) => Checkpoints.Open(path).Map(opened =>
    {
        using (opened)
        {
            return opened.Config;
        }
    });

    private static float[] Floats(IWeightSource source, string name)
    {
        float[] values = new float[source.Tensors[name].Elements];
        source.ReadFloat32(name, values).IfLeft(e => Assert.Fail(e.Message));
        return values;
    }

    private static void InFolder(Action<string> use)
    {
        string folder = Directory.CreateTempSubdirectory("floe-adapter-").FullName;
        try
        {
            use(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
