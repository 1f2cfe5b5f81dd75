using System.Text.RegularExpressions;
using Floe.Domain;
using Floe.Domain.Text;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Properties.Text;

/// <summary>Laws of byte-level BPE.</summary>
public sealed class TokenizerLaws(ITestOutputHelper output)
{
    private static readonly Tokenizer Tokenizer = TextGenerators.ByteComplete;

    [Fact]
    public void Decoding_undoes_encoding_where_every_byte_is_a_token() =>
        Check(TextGenerators.Texts, text => Tokenizer.Decode(Tokenizer.Encode(text)) == text, text => text.Length > 1);

    [Fact]
    public void Encoding_joins_at_special_tokens() =>
        Check(
            Arb.From(from left in TextGenerators.Texts.Generator from right in TextGenerators.Texts.Generator select (left, right)),
            pair => Tokenizer.Encode($"{pair.left}<|end|>{pair.right}")
                == Tokenizer.Encode(pair.left).Add(Tokenizer.Special.Eos.IfNone(-1)) + Tokenizer.Encode(pair.right),
            pair => pair.left.Length > 0 && pair.right.Length > 0);

    [Fact]
    public void Encoding_depends_on_nothing_before_it() =>
        Check(TextGenerators.Texts, text => Tokenizer.Encode(text) == TextGenerators.ByteComplete.Encode(text) && Tokenizer.Encode(text) == Tokenizer.Encode(text));

    [Fact]
    public void Merging_gives_what_looking_for_the_best_pair_anew_each_time_gives() =>
        Check(TextGenerators.Texts, text => Slowly(text.Replace("<|end|>", "", StringComparison.Ordinal)), text => text.Length > 3);

    [Fact]
    public void A_stream_of_tokens_decodes_to_the_whole_text() =>
        Check(
            Arb.From(Gen.Choose(0, 300).ListOf(12).Select(ids => ids.Where(id => Tokenizer.TokenOf(id).IsSome).ToArray())),
            ids =>
            {
                (string text, DecodeStream stream) = ids.Aggregate(("", DecodeStream.Start(skipSpecial: false)), (state, id) =>
                {
                    (string more, DecodeStream next) = state.Item2.Push(Tokenizer, id);
                    return (state.Item1 + more, next);
                });
                return text + stream.Finish(Tokenizer) == Tokenizer.Decode(ids);
            });

    [Fact]
    public void The_split_pattern_of_GPT2_is_that_of_a_regular_expression_engine_on_the_basic_plane()
    {
        Regex engine = new(SplitPattern.Gpt2, RegexOptions.CultureInvariant);
        SplitPattern pattern = SplitPattern.Parse(SplitPattern.Gpt2).IfLeft(error => throw new InvalidOperationException(error.Message));
        Check(
            Arb.From(TextGenerators.Texts.Generator.Select(text => string.Concat(text.Where(unit => !char.IsSurrogate(unit))))),
            text => engine.Matches(text).Select(match => match.Value).SequenceEqual(pattern.Cut(text).Select(part => text[part.Where])),
            text => text.Length > 1);
    }

    [Fact]
    public void Cuts_cover_the_text()
    {
        foreach (string source in new[] { SplitPattern.Gpt2, @"\p{N}", @"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+" })
        {
            SplitPattern pattern = SplitPattern.Parse(source).IfLeft(error => throw new InvalidOperationException(error.Message));
            Check(TextGenerators.Texts, text => string.Concat(pattern.Cut(text).Select(part => text[part.Where])) == text);
        }
    }

    [Theory]
    [InlineData("(a+)+b")]
    [InlineData("(?<=a)b")]
    [InlineData("a*")]
    [InlineData("[a")]
    [InlineData("a{1000000}")]
    [InlineData(@"\bword\b")]
    [InlineData("a+?")]
    [InlineData("")]
    public void Patterns_beyond_sets_and_repetitions_are_refused_by_name(string source) =>
        Assert.IsType<FloeError.Unsupported>(SplitPattern.Parse(source).Match(Right: _ => (FloeError)new FloeError.Usage("", "", "", ""), Left: error => error));

    [Fact]
    public void Merges_of_unknown_tokens_are_named() =>
        Assert.Contains("merge 0", Tokenizer.Create(Tokenizer.Tables with { Merges = Array(("q\u0000", "x")) }).Match(Right: _ => "", Left: error => error.Message), StringComparison.Ordinal);

    [Fact]
    public void Five_thousand_characters_without_a_space_take_no_quadratic_time()
    {
        string word = string.Concat(Enumerable.Repeat("ab", 100_000));
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(word, Tokenizer.Decode(Tokenizer.Encode(word)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    private static bool Slowly(string text)
    {
        Dictionary<(string, string), int> ranks = Tokenizer.Tables.Merges.Select((pair, rank) => (pair, rank)).ToDictionary(item => item.pair, item => item.rank);
        SplitPattern pattern = SplitPattern.Parse(SplitPattern.Gpt2).IfLeft(error => throw new InvalidOperationException(error.Message));
        List<int> ids = [];
        foreach (string word in pattern.Cut(text).Select(part => ByteAlphabet.Spell(text[part.Where])))
        {
            List<string> symbols = [.. word.Select(symbol => symbol.ToString())];
            while (true)
            {
                (int best, int at) = Enumerable.Range(0, Math.Max(0, symbols.Count - 1))
                    .Select(index => (ranks.GetValueOrDefault((symbols[index], symbols[index + 1]), int.MaxValue), index))
                    .DefaultIfEmpty((int.MaxValue, 0)).Min();
                if (best == int.MaxValue)
                {
                    break;
                }

                symbols[at] += symbols[at + 1];
                symbols.RemoveAt(at + 1);
            }

            ids.AddRange(symbols.Select(symbol => Tokenizer.Tables.Vocabulary[symbol]));
        }

        return Tokenizer.Encode(text) == toArray(ids);
    }

    private void Check<T>(Arbitrary<T> cases, Func<T, bool> holds, Func<T, bool>? telling = null) =>
        Law.Check(output, cases, holds, Sizes.Of, telling);
}
