using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Data;
using Floe.Effects.Formats.HuggingFace;
using Floe.Effects.Formats.Tokenizers;
using Floe.Effects.Results;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats;

/// <summary>null means absent in every JSON file: a member that is null reads as one that is not there, at any depth.</summary>
public sealed class NullTests : IDisposable
{
    // A vocabulary and its merges are tables, not settings: each entry counts.
    private static readonly string[] Tables = ["vocab", "merges"];

    private readonly Scratch scratch = new();

    /// <summary>Name of a file, a sound text of it, and what reading its folder answers.</summary>
    private static readonly (string File, string Text, Func<string, Either<FloeError, string>> Read)[] Readers =
    [
        ("config.json", """
            {"model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 96, "hidden_act": "silu",
             "vocab_size": 100, "num_hidden_layers": 3, "intermediate_size": 80, "rms_norm_eps": 0.001, "tie_word_embeddings": true, "attention_bias": false, "mlp_bias": false,
             "rope_theta": 5000.0, "rope_scaling": {"rope_type": "linear", "factor": 2.0}, "layer_types": ["full_attention"]}
            """, folder => ConfigFile.Read(Path.Combine(folder, "config.json")).Map(config => $"{config}")),
        ("adapter_config.json", """
            {"peft_type": "LORA", "base_model_name_or_path": "base", "r": 4, "lora_alpha": 8, "lora_dropout": 0.1, "bias": "none", "fan_in_fan_out": false, "use_rslora": true,
             "target_modules": ["q_proj", "up_proj"], "layers_to_transform": [0, 2], "layers_pattern": "layers", "rank_pattern": {"q_proj": 2}, "alpha_pattern": {"q_proj": 16},
             "init_lora_weights": true, "modules_to_save": null, "task_type": "CAUSAL_LM"}
            """, folder => AdapterConfigFile.Read(Path.Combine(folder, "adapter_config.json")).Map(config => $"{config}")),
        ("tokenizer.json", File.ReadAllText(Path.Combine(Embedded.Model, "tokenizer.json")), Tokenizer),
        ("tokenizer_config.json", """
            {"add_bos_token": false, "add_eos_token": false, "eos_token": {"content": "<|endoftext|>", "normalized": false, "special": true}, "pad_token": "<|endoftext|>",
             "added_tokens_decoder": {"0": {"content": "<|endoftext|>", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false, "special": true}},
             "additional_special_tokens": ["<|endoftext|>"], "chat_template": "{{ messages }}", "clean_up_tokenization_spaces": false}
            """, Tokenizer),
        ("special_tokens_map.json", """{"eos_token": {"content": "<|endoftext|>", "lstrip": false}, "unk_token": "<|endoftext|>"}""", Tokenizer),
        ("generation_config.json", """{"eos_token_id": 0, "bos_token_id": 0, "do_sample": true}""", Tokenizer),
        ("data.jsonl", """{"prompt": "a", "completion": "b", "system": "", "id": 3}""", Data),
        ("data.json", """[{"messages": [{"role": "user", "content": "a", "name": ""}, {"role": "assistant", "content": "b"}], "source": "x"}]""", Data),
        ("run.json", $$"""
            {"floe.format": "run/1", "name": "n", "seed": 1, "plan": "p", "stages": [{"name": "s", "tool": "t", "options": "o", "inputs": {"a": "{{new string('a', 64)}}"}, "outputs": {},
             "seconds": 1.5, "tokens": 3, "peak_bytes": 4}]}
            """, folder => RunManifestFile.Read(folder).Map(found => $"{found.Manifest}")),
        ("eval.json", """{"floe.format": "eval/1", "loss": 1, "perplexity": 2, "tokens": 3, "samples": 4, "exact_match": 0.5, "data": "d", "sample_losses": [1]}""",
            folder => EvaluationFile.Read(Path.Combine(folder, "eval.json")).Map(result => $"{result}")),
        ("plan.json", """
            {"floe.format": "plan/1", "adapter": "lora", "modules": ["q_proj"], "alpha": 8, "dropout": 0, "layers": [{"layer": 0, "rank": 2, "experts": 1}], "floe.model": "aa base"}
            """, folder => AdapterPlanFile.Read(Path.Combine(folder, "plan.json")).Map(plan => $"{plan}")),
    ];

    public static TheoryData<string> Names => new(Readers.Select(reader => reader.File));

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void AMemberThatIsNullReadsAsOneThatIsNotThere(string name)
    {
        (string file, string text, Func<string, Either<FloeError, string>> read) = Readers.Single(reader => reader.File == name);
        string folder = Embedded.Copy(scratch, "model");
        Assert.True(Read(text).IsRight, $"{Read(text)}");
        int members = 0;
        foreach (string[] path in Members(JsonNode.Parse(text)!, []))
        {
            string with = Changed(
                text, path, parent => parent[path[^1]] = null), without = Changed(text, path, parent => parent.Remove(path[^1]));
            Assert.True(Read(with) == Read(without), $"{string.Join('.', path)}: {Read(with)} and {Read(without)}");
            members++;
        }

        Assert.True(members > 2);

        Either<FloeError, string> Read(string json)
        {
            File.WriteAllText(Path.Combine(folder, file), json);
            return read(folder).MapLeft<FloeError>(error => new FloeError.BadData("", "", error.GetType().Name, ""));
        }
    }

    private static Either<FloeError, string> Tokenizer(string folder) =>
        TokenizerFile.Open(folder)
            .Map(loaded => $"{loaded.Sha256} {loaded.Tokenizer.Special} {string.Join(',', loaded.Tokenizer.Encode("a story"))}");

    private static Either<FloeError, string> Data(string folder) =>
        Directory.GetFiles(folder, "data.json*") is [string file]
            ? DataFile.Read(file).Map(set => $"{string.Join(',', set.Samples)} {string.Join(',', set.Notes)}")
            : "";

    private static IEnumerable<string[]> Members(JsonNode? node, string[] at) => node switch
    {
        JsonObject map =>
            map.Where(member => !Tables.Contains(member.Key))
                .SelectMany(member => Members(member.Value, [.. at, member.Key]).Prepend([.. at, member.Key])),
        JsonArray list => list.SelectMany((item, index) => Members(item, [.. at, $"{index}"])),
        _ => [],
    };

    private static string Changed(string text, string[] path, Action<JsonObject> change)
    {
        JsonNode root = JsonNode.Parse(text)!, parent = root;
        foreach (string step in path[..^1])
        {
            parent = (parent is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : parent[step])!;
        }

        change(parent.AsObject());
        return root.ToJsonString();
    }
}
