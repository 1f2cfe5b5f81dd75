using Floe.Domain.Text;
using Floe.Pretraining.Vocabulary;
using FsCheck;
using FsCheck.Fluent;
using Floe.Tests.Properties;
using Floe.Tests.Properties.Text;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Effects.Pretraining;

/// <summary>Laws of learning a vocabulary.</summary>
public sealed class TokenizerTrainerLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<string> Corpora = Arb.From(
        Gen.Elements("ab", "abc", " ba", "aab", "bcb", " c", "aaaa", "7", "abab").ListOf(20).Select(string.Concat));

    [Fact]
    public void MergesAreThoseOfCountingAllPairsAnewEachTime() =>
        Law.Check(output, Corpora, text => Trained(text, 268).Tables.Merges == Slowly(text, 268 - 257), Sizes.Of);

    [Fact]
    public void ALargerVocabularyStartsWithTheSmallerOne() =>
        Law.Check(
            output, Corpora, text => Trained(text, 270).Tables.Merges.Take(5).SequenceEqual(Trained(text, 262).Tables.Merges), Sizes.Of);

    [Fact]
    public void WhatWasLearntReadsEveryTextBack() =>
        Law.Check(
            output, TextGenerators.Texts, text => Trained(text, 300) is Tokenizer tokenizer
                && tokenizer.Decode(tokenizer.Encode(text)) == text, Sizes.Of);

    [Fact]
    public void TooSmallAVocabularyIsRefused() => Assert.True(TokenizerTrainer.Train(["a"], 256).IsLeft);

    private static Tokenizer Trained(string text, int size) =>
        TokenizerTrainer.Train([text, text], size).IfLeft(error => throw new InvalidOperationException(error.Message));

    private static Arr<(string Left, string Right)> Slowly(string text, int merges)
    {
        Tokenizer bytes = Trained(text, 257);
        SplitPattern words = SplitPattern.Parse(SplitPattern.Gpt2).IfLeft(error => throw new InvalidOperationException(error.Message));
        SplitPattern digits = SplitPattern.Parse(@"\p{N}").IfLeft(error => throw new InvalidOperationException(error.Message));
        List<string> order = [.. bytes.Tables.Vocabulary.OrderBy(entry => entry.Value).Select(entry => entry.Key)];
        List<List<string>> symbols = [
            .. digits.Cut(text).SelectMany(part => words.Cut(text[part.Where]).Select(word => text[part.Where][word.Where]))
            .Select(word => ByteAlphabet.Spell(word).Select(symbol => symbol.ToString()).ToList())];
        List<(string, string)> done = [];
        while (done.Count < merges)
        {
            var best = symbols.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair)
                .Select(group => (Count: 2 * group.Count(), Left: order.IndexOf(group.Key.Item1), Right: order.IndexOf(group.Key.Item2)))
                .OrderByDescending(group => group.Count).ThenBy(group => group.Left).ThenBy(group => group.Right).FirstOrDefault();
            if (best.Count < 2)
            {
                break;
            }

            (string left, string right) = (order[best.Left], order[best.Right]);
            done.Add((left, right));
            if (!order.Contains(left + right))
            {
                order.Add(left + right);
            }

            foreach (List<string> word in symbols)
            {
                for (int at = 0; at + 1 < word.Count; at++)
                {
                    if (word[at] == left && word[at + 1] == right)
                    {
                        word[at] = left + right;
                        word.RemoveAt(at + 1);
                    }
                }
            }
        }

        return Prelude.toArray(done);
    }
}
