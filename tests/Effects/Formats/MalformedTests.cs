using Floe.Domain;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>Damaged files, all in one process: what each line of the lists expects, and never a crash, a hang or memory by an unchecked
/// claim.</summary>
[Trait("Category", "Fixtures")]
public class MalformedTests
{
    private const string Safetensors = "safetensors";
    private const string Gguf = "gguf";
    private const string Json = "json";

    public static TheoryData<string> SafetensorsFiles => MalformedCases.Files(Safetensors);

    public static TheoryData<string> Containers => MalformedCases.Files(Gguf, "container");

    public static TheoryData<string> GgufModels => MalformedCases.Files(Gguf, "model");

    public static TheoryData<string> GgufAdapters => MalformedCases.Files(Gguf, "adapter");

    public static TheoryData<string> Folders => MalformedCases.Files(Json, "config", "index");

    public static TheoryData<string> AdapterFolders => MalformedCases.Files(Json, "adapter");

    [Theory]
    [MemberData(nameof(SafetensorsFiles))]
    public void ASafetensorsFileIsReadOrRefused(string name) => Run(Safetensors, name, path =>
        from sound in SafetensorsFile.Open(Base(Safetensors, "_base.safetensors"))
        from found in SafetensorsFile.Open(path)
        from same in MalformedCases.ReadLike(sound, found)
        select same);

    [Theory]
    [MemberData(nameof(Containers))]
    public void GgufContainers(string name) => Run(Gguf, name, path =>
        from sound in GgufFile.Open(Base(Gguf, "_base_container.gguf"))
        from found in GgufFile.Open(path)
        from same in MalformedCases.ReadLike(sound, found)
        select same);

    [Theory]
    [MemberData(nameof(GgufModels))]
    public void AGgufModelIsReadOrRefused(string name) => Run(Gguf, name, path =>
        from weights in ReadModel(path, Base(Gguf, "_base_model.gguf"))
        from tokenizer in TokenizerFile.Open(path)
        select weights);

    [Theory]
    [MemberData(nameof(Folders))]
    public void FoldersOfConfigurationAndIndex(string name) => Run(Json, name, path => ReadModel(path, Base(Json, "_base_model")));

    [Theory]
    [MemberData(nameof(GgufAdapters))]
    public void AGgufAdapterIsReadOrRefused(string name) =>
        Run(Gguf, name, path => ReadAdapter(path, Base(Gguf, "_base_adapter.gguf"), Base(Gguf, "_base_model.gguf")));

    [Theory]
    [MemberData(nameof(AdapterFolders))]
    public void AnAdapterFolderIsReadOrRefused(string name) =>
        Run(Json, name, path => ReadAdapter(path, Base(Json, "_base_adapter"), Base(Json, "_base_model")));

    private static void Run(string list, string name, Func<string, Either<FloeError, Unit>> read) =>
        FixtureCase.Run($"malformed/{list}", name, () => MalformedCases.Check(list, name, read));

    private static string Base(string list, string name) => MalformedCases.At(list, name);

    private static Either<FloeError, Unit> ReadModel(string path, string basePath) =>
        from sound in Checkpoints.Open(basePath)
        from found in Checkpoints.Open(path)
        from same in MalformedCases.ReadLike(sound.Weights, found.Weights)
        select same;

    private static Either<FloeError, Unit> ReadAdapter(string path, string basePath, string model) =>
        from config in Checkpoints.Open(model).Map(opened =>
        {
            using (opened)
            {
                return opened.Config;
            }
        })
        from sound in Floe.Effects.Adapters.Stored.AdapterFolders.Open(basePath, config)
        from found in Floe.Effects.Adapters.Stored.AdapterFolders.Open(path, config)
        from same in MalformedCases.ReadLike(sound.Tensors, found.Tensors)
        select same;
}
