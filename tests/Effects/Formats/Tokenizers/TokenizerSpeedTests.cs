using System.Diagnostics;
using Floe.Domain.Text;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Formats.Tokenizers;

/// <summary>No text takes time that grows with the square of its length, in any tokenizer of the assets.</summary>
[Trait("Category", "Fixtures")]
public sealed class TokenizerSpeedTests
{
    public static TheoryData<string> Tokenizers
    {
        get
        {
            TheoryData<string> files = [];
            string root = Path.Combine(FixtureFolders.Assets, "tokenizers");
            foreach (
                string folder in Directory.Exists(root)
                    ? Directory.GetDirectories(root).Order(StringComparer.Ordinal)
                    : Enumerable.Empty<string>())
            {
                files.Add(Path.GetFileName(folder));
            }

            if (files.Count == 0)
            {
                files.Add(FixtureFolders.Absent);
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void TimeGrowsWithTheLengthAndNotWithItsSquare(string name) => FixtureCase.Run("tokenizer-speed", name, () =>
        TokenizerFile.Open(Path.Combine(FixtureFolders.Assets, "tokenizers", name)).Map(loaded =>
        {
            foreach (
                string text in (string[])[
                    new string('a', 1 << 18), new string('\u0301', 1 << 17), new string(' ', 1 << 18), string.Concat(
                        Enumerable.Repeat("<s> ", 1 << 16)), string.Concat(Enumerable.Repeat(" the cat", 1 << 15))])
            {
                (double small, double large) = (Seconds(loaded.Tokenizer, text[..(text.Length / 8)]), Seconds(loaded.Tokenizer, text));
                // The square of a quarter of a million takes a minute; two seconds are what a busy machine may take.
                Assert.True(
                    large < 2
                        || large < 40 * small, $"{name}: {small:F3} s for {text.Length / 8} characters, {large:F3} s for {text.Length}");
            }

            return Unit.Default;
        }));

    private static double Seconds(Tokenizer tokenizer, string text) => Enumerable.Range(0, 2).Min(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        Assert.NotNull(tokenizer.Decode(tokenizer.Encode(text)));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    });
}
