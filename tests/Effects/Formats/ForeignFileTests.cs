using System.IO.Compression;
using System.Text;
using Floe.Domain;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Data;
using Floe.Effects.Formats;
using Floe.Effects.Formats.Gguf;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Plans;
using Floe.Effects.Results;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>Every reader says what an unreadable file is: each kind of foreign file is given to each reader.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private const string Pointer = "version https://git-lfs.github.com/spec/v1\noid "
        + "sha256:53c1f0f3bd6a1bdbe5b8a3b9a6a39a1c3b40b2c7a4f0d2f1b87d1e3c9a0d7e5f\nsize 90210\n";

    private static readonly (string Reader, FileForm Form, string Name, Func<string, FloeError> Read)[] Readers =
    [
        ("samples", FileForm.Samples, "data.jsonl", path => Errors.Of(DataFile.Read(path))),
        ("list of samples", FileForm.Samples, "data.json", path => Errors.Of(DataFile.Read(path))),
        ("config", FileForm.Json, "config.json", path => Errors.Of(ConfigFile.Read(path))),
        ("adapter config", FileForm.Json, "adapter_config.json", path => Errors.Of(AdapterConfigFile.Read(path))),
        ("tokenizer", FileForm.Json, "tokenizer.json", path => Errors.Of(TokenizerFile.Open(path))),
        ("adapter plan", FileForm.Json, "plan.json", path => Errors.Of(AdapterPlanFile.Read(path))),
        ("run plan", FileForm.Yaml, "plan.yaml", path => Errors.Of(PlanFile.Read(path))),
        ("tensors", FileForm.Safetensors, "model.safetensors", path => Errors.Of(SafetensorsFile.Open(path))),
        ("GGUF", FileForm.Gguf, "model.gguf", path => Errors.Of(GgufFile.Open(path))),
        ("scores", FileForm.Parquet, "scores.parquet", path => Errors.Of(ScoreTables.Read(path))),
        ("layers", FileForm.Parquet, "layers.parquet", path => Errors.Of(LayerTables.Read(path))),
        ("plain text", FileForm.Text, "text.txt", path => Errors.Of(TextInput.Read(path))),
    ];

    private static readonly (string Kind, byte[] Bytes, string Words, Func<FileForm, bool> Applies)[] Kinds =
    [
        ("pointer", Encoding.UTF8.GetBytes(Pointer), "git-LFS pointer", _ => true),
        ("annex", "/annex/objects/SHA256E-s90210--53c1f0f3bd6a1bdb.safetensors\n"u8.ToArray(), "git-annex pointer", _ => true),
        ("page", "\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"u8.ToArray(), "web page", form =>
            form != FileForm.Text),
        ("refusal", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"u8.ToArray(), "web page", form =>
            form != FileForm.Text),
        ("gzip", Gzip("{\"text\": \"a\"}"), "gzip", _ => true),
        ("zip", Zip("notes.txt"), "zip archive", _ => true),
        ("torch", Zip("archive/data.pkl"), "PyTorch", _ => true),
        ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 4, 0, 1, 0, 0, 0x99, 0xE9, 0xD8, 0x51], "Zstandard", _ => true),
        ("pickle", [0x80, 2, (byte)'}', (byte)'q', 0, (byte)'.'], "pickle", _ => true),
        ("utf16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"text\": \"a\"}")], "UTF-16", form =>
            form == FileForm.Json || !form.IsText()),
        ("utf16 bare", Encoding.BigEndianUnicode.GetBytes("{\"text\": \"a\"}\n"), "UTF-16", form => form != FileForm.Text),
        ("zeros", new byte[64], "unfinished", form => form != FileForm.Text),
        ("csv", "prompt,completion\nboat,ship\n"u8.ToArray(), "CSV", form => form is not (FileForm.Text or FileForm.Yaml)),
        ("tsv", "prompt\tcompletion\nboat\tship\n"u8.ToArray(), "TSV", form => form is not (FileForm.Text or FileForm.Yaml)),
        ("gguf", "GGUF\u0003\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"u8.ToArray(), "GGUF", form =>
            form is not (FileForm.Text or FileForm.Gguf)),
        ("words", "Entry not found"u8.ToArray(), "`Entry not found`", form => !form.IsText()),
        ("json", "{\"error\": \"Repository not found\"}"u8.ToArray(), "JSON", form => !form.IsText()),
        ("empty", [], "empty file", form => !form.IsText() || form == FileForm.Json),
    ];

    private readonly Scratch scratch = new();

    public static TheoryData<string, string> Pairs
    {
        get
        {
            TheoryData<string, string> pairs = [];
            foreach ((string reader, FileForm form, _, _) in Readers)
            {
                foreach ((string kind, _, _, Func<FileForm, bool> applies) in Kinds.Where(kind => kind.Applies(form)))
                {
                    pairs.Add(reader, kind);
                }
            }

            return pairs;
        }
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Pairs))]
    public void EveryReaderNamesEveryForeignFile(string reader, string kind)
    {
        (_, FileForm form, string name, Func<string, FloeError> read) = Readers.Single(r => r.Reader == reader);
        (_, byte[] bytes, string words, _) = Kinds.Single(k => k.Kind == kind);
        File.WriteAllBytes(scratch.At(name), bytes);
        FloeError error = read(scratch.At(name));
        Assert.Equal(3, error.ExitCode);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(scratch.At(name), error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
        if (kind is not ("gguf" or "words" or "json"))
        {
            Assert.Contains(form.Words(), error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AFolderInPlaceOfAFileIsSaidSoByEveryReader()
    {
        foreach ((string reader, _, string name, Func<string, FloeError> read) in Readers.Where(r => r.Reader != "tokenizer"))
        {
            Directory.CreateDirectory(scratch.At(name));
            FloeError error = read(scratch.At(name));
            Assert.True(
                error.ExitCode == 4 && error.Message.Contains("it is a folder", StringComparison.Ordinal), $"{reader}: {error.Message}");
        }
    }

    [Fact]
    public void ACutFileIsAnUnfinishedSave()
    {
        string whole = Path.Combine(Fixtures.FixtureFolders.RepositoryRoot, "data", "default", "model.safetensors");
        File.WriteAllBytes(scratch.At("cut.safetensors"), File.ReadAllBytes(whole)[..^100]);
        Assert.Contains("unfinished", Errors.Of(SafetensorsFile.Open(scratch.At("cut.safetensors"))).Message, StringComparison.Ordinal);
        string table = Path.Combine(Fixtures.FixtureFolders.RepositoryRoot, "data", "smollm2", "layers.parquet");
        File.WriteAllBytes(scratch.At("cut.parquet"), File.ReadAllBytes(table)[..^20]);
        Assert.Contains("unfinished", Errors.Of(LayerTables.Read(scratch.At("cut.parquet"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsReadableIsNeverCalledForeign()
    {
        foreach (
            string file in Directory.EnumerateFiles(
                Path.Combine(Fixtures.FixtureFolders.RepositoryRoot, "data"), "*", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(file);
            Option<FileForm> form = Path.GetExtension(file) switch
            {
                ".jsonl" => FileForm.Samples,
                ".json" => FileForm.Json,
                ".safetensors" => FileForm.Safetensors,
                ".parquet" => FileForm.Parquet,
                _ => Option<FileForm>.None,
            };
            form.IfSome(
                wanted => Assert.True(ForeignFile.Of(bytes.AsSpan(0, Math.Min(4096, bytes.Length)), bytes.Length, wanted).IsNone, file));
        }
    }

    [Fact]
    public void AnMlxAdapterIsNamedByItsConfiguration()
    {
        File.WriteAllText(scratch.At("adapter_config.json"), """{"fine_tune_type": "lora", "num_layers": 4, "lora_parameters": {"rank": 4, "scale": 10.0}}""");
        FloeError error = Errors.Of(AdapterConfigFile.Read(scratch.At("adapter_config.json")));
        Assert.Contains("MLX", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Gzip(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static byte[] Zip(string entry)
    {
        using MemoryStream packed = new();
        using (ZipArchive archive = new(packed, ZipArchiveMode.Create))
        {
            using Stream stream = archive.CreateEntry(entry).Open();
            stream.Write("x"u8);
        }

        return packed.ToArray();
    }
}
