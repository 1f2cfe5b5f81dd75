using Floe.Domain.Metrics;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Metrics;

/// <summary>Laws of the entropies that a language model is held against.</summary>
public sealed class TokenEntropyLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<int[]> Texts = Arb.From(
        Gen.Choose(0, 4).NonEmptyListOf().Where(ids => ids.Count > 1).Select(ids => ids.ToArray()));

    [Fact]
    public void TheUnigramEntropyIsTheMeanSurpriseOfTheTokensCounts() => Law.Check(
        output,
        Texts,
        ids =>
            Math.Abs(TokenEntropy.Unigram(ids) + ids.Average(id => Math.Log(ids.Count(other => other == id) / (double)ids.Length))) < 1e-9,
        Size,
        ids => ids.Distinct().Count() > 1);

    [Fact]
    public void TheBigramEntropyIsTheMeanSurpriseAfterTheTokenBefore() => Law.Check(
        output,
        Texts,
        ids =>
        {
            (int First, int Second)[] pairs = [.. ids.Zip(ids.Skip(1))];
            double surprise = pairs.Average(
                pair => -Math.Log(pairs.Count(p => p == pair) / (double)pairs.Count(p => p.First == pair.First)));
            return Math.Abs(TokenEntropy.Bigram(ids) - surprise) < 1e-9;
        },
        Size,
        ids => ids.Distinct().Count() > 1);

    [Fact]
    public void NamesOfTokensDoNotMatter() => Law.Check(
        output,
        Texts,
        ids =>
        {
            int[] renamed = [.. ids.Select(id => 1000 - (7 * id))];
            return Math.Abs(TokenEntropy.Unigram(renamed) - TokenEntropy.Unigram(ids)) < 1e-12
                && Math.Abs(TokenEntropy.Bigram(renamed) - TokenEntropy.Bigram(ids)) < 1e-12;
        },
        Size);

    private static string Size(int[] ids) => $"{ids.Length / 10 * 10:D2}+ tokens";
}
