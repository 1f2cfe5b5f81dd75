using System.Text.Json.Nodes;
using Floe.Domain;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>What the files of one tokenizer say together: every one counts, and where they contradict each other both are named.</summary>
public sealed class TokenizerFolderTests : IDisposable
{
    private const string End = "<|endoftext|>";
    private readonly Scratch scratch = new();

    [Theory]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"5": {"content": "<X>"}}}""", "added_tokens_decoder: 5")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"1024": {"content": "<|endoftext|>"}}}""", "0, the id of <|endoftext|>")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"x": {"content": "<X>"}}}""", "ids as keys")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"1024": {"content": "<X>"}, "1025": {"content": "<X>"}}}""", "1024, the id of <X>")]
    [InlineData("tokenizer_config.json", """{"unk_token": "<none>"}""", "unk_token: expected a token of the vocabulary")]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens": ["<|endoftext|>", "<none>"]}""", "additional_special_tokens")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "LlamaTokenizer", "add_bos_token": true}""", "add_bos_token: expected a bos_token")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "LlamaTokenizer", "add_eos_token": true}""", "add_eos_token: expected a eos_token")]
    [InlineData("tokenizer_config.json", """{"split_special_tokens": true}""", "split_special_tokens")]
    [InlineData("tokenizer_config.json", """{"add_prefix_space": true}""", "add_prefix_space: expected false")]
    [InlineData("added_tokens.json", """{"<|endoftext|>": 7}""", "added_tokens.json: <|endoftext|>: expected 0")]
    [InlineData("added_tokens.json", """{"<X>": -1}""", "added_tokens.json: <X>")]
    [InlineData("special_tokens_map.json", """{"pad_token": {"content": "<none>"}}""", "special_tokens_map.json: pad_token")]
    [InlineData("config.json", """{"eos_token_id": 99999}""", "config.json: eos_token_id: expected the id of a token, of which the largest is 1023, found 99999")]
    [InlineData("config.json", """{"bos_token_id": -7}""", "config.json: bos_token_id")]
    [InlineData("config.json", """{"unk_token_id": 1024}""", "config.json: unk_token_id")]
    [InlineData("generation_config.json", """{"eos_token_id": [0, 99999]}""", "generation_config.json: eos_token_id")]
    [InlineData("generation_config.json", """{"pad_token_id": 1024}""", "generation_config.json: pad_token_id")]
    public void ContradictionsAndIdsOfNoTokenAreNamed(string file, string json, string named)
    {
        FloeError error = With((file, json)).Match(Right: _ => throw new InvalidOperationException("accepted"), Left: found => found);
        Assert.Equal(3, error.ExitCode);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIdOfTwoTokensIsNamedWithBoth()
    {
        string message = With(root => root["model"]!["vocab"]!["zzz"] = 5).Match(Right: _ => "accepted", Left: error => error.Message);
        Assert.Contains("token zzz: expected an id of its own, found 5, the id of ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[4000]", "[\"<|endoftext|>\"]", "found 4000")]
    [InlineData("[5]", "[\"<|endoftext|>\"]", "the id of <|endoftext|>")]
    [InlineData("[0, 0]", "[\"<|endoftext|>\"]", "1 ids")]
    public void IdsOfAPostProcessorAreThoseOfTheTokensThatItNamesUsedOrNot(string ids, string tokens, string named)
    {
        string special = "{\"E\": {\"id\": \"E\", \"ids\": " + ids + ", \"tokens\": " + tokens + "}}";
        foreach (string single in new[] { """[{"Sequence": {"id": "A", "type_id": 0}}]""", """[{"SpecialToken": {"id": "E", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]""" })
        {
            string message = With(
                root =>
                    root["post_processor"] = JsonNode.Parse(
                        "{\"type\": \"TemplateProcessing\", \"single\": " + single + ", \"special_tokens\": " + special + "}"))
                .Match(Right: _ => "accepted", Left: error => error.Message);
            Assert.Contains("post_processor: special_tokens: E", message, StringComparison.Ordinal);
            Assert.Contains(named, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"1024": {"content": "<X>", "special": true, "normalized": null}}}""")]
    [InlineData("added_tokens.json", """{"<X>": 1024}""")]
    public void AddedTokensOfEveryFileAreCutOutOfTheText(string file, string json)
    {
        LoadedTokenizer loaded = Value(With((file, json)));
        Assert.Contains(1024, loaded.Tokenizer.Encode("hello <X> there"));
        Assert.Equal(1024, loaded.Tokenizer.Encode("<X>").Single());
        string message = loaded.Within("m", 1024).Match(Right: _ => "accepted", Left: error => error.Message);
        Assert.Contains("<X>: expected an id from 0 to 1023, a row of the embedding of m, found 1024", message, StringComparison.Ordinal);
        Assert.True(loaded.Within("m", 1025).IsRight);
    }

    [Fact]
    public void ATokenWithARoleIsCutOutOfTheTextWhereverItIsNamed()
    {
        string word = Value(With()).Tokenizer.Tables.Vocabulary.First(
            entry => entry.Key.Length > 2 && entry.Key.All(char.IsAsciiLetterLower)).Key;
        LoadedTokenizer loaded = Value(With(("special_tokens_map.json", $$"""{"additional_special_tokens": [{"content": "{{word}}"}]}""")));
        Assert.Contains(loaded.Tokenizer.Tables.Vocabulary[word], loaded.Tokenizer.Encode($"q{word}q"));
    }

    [Theory]
    [InlineData("LlamaTokenizerFast", "false", true, 0, 1)]
    [InlineData("LlamaTokenizerFast", "true", false, 1, 1)]
    [InlineData("LlamaTokenizer", "true", true, 1, 0)]
    [InlineData("LlamaTokenizer", "null", false, 1, 1)]
    [InlineData("PreTrainedTokenizerFast", "true", false, 0, 1)]
    [InlineData("PreTrainedTokenizerFast", "false", true, 1, 1)]
    [InlineData("PreTrainedTokenizerFast", "null", true, 1, 0)]
    [InlineData("PreTrainedTokenizerFast", "false", false, 0, 0)]
    public void TheStartOfTextIsTheClassSOrThePostProcessorSAndADifferenceIsSaid(
        string kind, string flag, bool template, int ids, int notes)
    {
        File.WriteAllText(scratch.At("tokenizer_config.json"), $$"""{"tokenizer_class": "{{kind}}", "add_bos_token": {{flag}}, "bos_token": "{{End}}", "eos_token": "{{End}}"}""");
        LoadedTokenizer loaded = Value(With(root => root["post_processor"] = !template ? null : JsonNode.Parse(
            """
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "E", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
             "special_tokens": {"E": {"id": "E", "ids": [0], "tokens": ["<|endoftext|>"]}}}
            """)));
        Assert.Equal((ids, notes), (loaded.Tokenizer.Tables.Prefix.Count, loaded.Notes.Count));
    }

    [Theory]
    [InlineData("", "ab", 1)]
    [InlineData(""" "added_tokens_decoder": {}, """, "End", 1)]
    public void WhereTwoFilesGiveARoleToTwoTokensTheNoteSaysWhichCounts(string listed, string expected, int notes)
    {
        LoadedTokenizer plain = Value(With());
        string other = plain.Tokenizer.Tables.Vocabulary.First(entry => entry.Key.Length > 2 && entry.Key.All(char.IsAsciiLetterLower)).Key;
        LoadedTokenizer loaded = Value(With(
            ("tokenizer_config.json", "{" + listed + $"\"eos_token\": \"{End}\"" + "}"),
            ("special_tokens_map.json", $$"""{"eos_token": "{{other}}"}""")));
        Assert.Equal(expected == "End" ? End : other, loaded.Tokenizer.Special.Eos.Bind(loaded.Tokenizer.TokenOf).IfNone(""));
        Assert.Equal(notes, loaded.Notes.Count);
    }

    public void Dispose() => scratch.Dispose();

    private static LoadedTokenizer Value(Either<FloeError, LoadedTokenizer> step) =>
        step.IfLeft(error => throw new InvalidOperationException(error.Message));

    private Either<FloeError, LoadedTokenizer> With(params (string File, string Json)[] files)
    {
        foreach ((string file, string json) in files)
        {
            File.WriteAllText(scratch.At(file), json);
        }

        return With(_ => { });
    }

    private Either<FloeError, LoadedTokenizer> With(Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(FixtureFolders.RepositoryRoot, "data", "default", "tokenizer.json")))!;
        change(root);
        File.WriteAllText(scratch.At("tokenizer.json"), root.ToJsonString());
        return TokenizerFile.Open(scratch.Folder);
    }
}
