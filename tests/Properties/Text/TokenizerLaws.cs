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
    public void DecodingUndoesEncodingWhereEveryByteIsAToken() =>
        Check(TextGenerators.Texts, text => Tokenizer.Decode(Tokenizer.Encode(text)) == text, text => text.Length > 1);

    [Fact]
    public void EncodingJoinsAtSpecialTokens() =>
        Check(
            Arb.From(from left in TextGenerators.Texts.Generator from right in TextGenerators.Texts.Generator select (left, right)),
            pair => Tokenizer.Encode($"{pair.left}<|end|>{pair.right}")
                == Tokenizer.Encode(pair.left).Add(Tokenizer.Special.Eos.IfNone(-1)) + Tokenizer.Encode(pair.right),
            pair => pair.left.Length > 0 && pair.right.Length > 0);

    public static TheoryData<string> Kinds => ["byte-level", "marked"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void APromptKeepsItsIdsAndWhatFollowsHasThoseOfTheJoinedText(string kind) => Check(Pairs, pair =>
    {
        Tokenizer tokenizer = Of(kind);
        PromptedIds ids = tokenizer.EncodePrompted(pair.Prompt, pair.Completion);
        return ids.Prompt == tokenizer.Encode(pair.Prompt)
            && ids.Moved == (ids.Prompt + ids.Completion != tokenizer.Encode(pair.Prompt + pair.Completion));
    }, pair => !Of(kind).EncodePrompted(pair.Prompt, pair.Completion).Moved && pair.Prompt.Length > 0 && pair.Completion.Length > 0);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhereATokenWouldReachOverTheSeamTheTextStaysAndNoSpaceComesIn(string kind) => Check(Cuts, pair =>
    {
        Tokenizer tokenizer = Of(kind);
        PromptedIds ids = tokenizer.EncodePrompted(pair.Prompt, pair.Completion);
        string joined = pair.Prompt + pair.Completion;
        return SpellsAnAddedToken(tokenizer, pair)
            || tokenizer.Decode(ids.Prompt + ids.Completion) == tokenizer.Decode(tokenizer.Encode(joined));
    }, pair => Of(kind).EncodePrompted(pair.Prompt, pair.Completion).Moved && !SpellsAnAddedToken(Of(kind), pair));

    [Fact]
    public void AStartOfTextThatTheTextSpellsIsNotPutBeforeIt() => Check(TextGenerators.Texts, text =>
    {
        Tokenizer tokenizer = TextGenerators.Marked;
        Tokenizer spelled = Tokenizer.Create(
            tokenizer.Tables with { Added = tokenizer.Tables.Added.Add(new AddedToken("<s>", 1, Special: true)) })
            .IfLeft(error => throw new InvalidOperationException(error.Message));
        return spelled.EncodeOpening("<s>" + text) == 1.Cons(spelled.Encode(text)).ToArr()
            && spelled.EncodeOpening(text) == 1.Cons(spelled.Encode(text)).ToArr();
    });

    [Theory]
    [InlineData("post_processor, before a text")]
    [InlineData("post_processor, after a text")]
    [InlineData("bos_token")]
    [InlineData("eos_token")]
    [InlineData("pad_token")]
    public void AnIdThatIsNoTokenIsNamedWithItsRole(string role)
    {
        TokenizerTables tables = Tokenizer.Tables;
        int none = Tokenizer.VocabularySize;
        TokenizerTables bad = role switch
        {
            "post_processor, before a text" => tables with { Prefix = Array(none) },
            "post_processor, after a text" => tables with { Suffix = Array(0, none) },
            "bos_token" => tables with { Special = tables.Special with { Bos = none } },
            "eos_token" => tables with { Special = tables.Special with { Eos = none } },
            _ => tables with { Special = tables.Special with { Pad = none } },
        };
        string message = Tokenizer.Create(bad).Match(Right: _ => "", Left: error => error.Message);
        Assert.StartsWith(role, message, StringComparison.Ordinal);
        Assert.Contains($"found {none}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncodingDependsOnNothingBeforeIt() =>
        Check(TextGenerators.Texts, text => Tokenizer.Encode(text) == TextGenerators.ByteComplete.Encode(text)
            && Tokenizer.Encode(text) == Tokenizer.Encode(text));

    [Fact]
    public void MergingGivesWhatLookingForTheBestPairAnewEachTimeGives() =>
        Check(TextGenerators.Texts, text => Slowly(text.Replace("<|end|>", "", StringComparison.Ordinal)), text => text.Length > 3);

    [Fact]
    public void MergingALongWordGivesTheSame() => Check(
        Arb.From(Gen.Choose(30, 60)
            .SelectMany(count => Gen.Elements("the", "a", "ab", "end", "d", "cat", "aab").ListOf(count)).Select(string.Concat)),
        Slowly, text => text.Length > 64);

    [Fact]
    public void AStreamOfTokensDecodesToTheWholeText() =>
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
    public void TheSplitPatternOfGPT2IsThatOfARegularExpressionEngineOnTheBasicPlane()
    {
        Regex engine = new(SplitPattern.Gpt2, RegexOptions.CultureInvariant);
        SplitPattern pattern = SplitPattern.Parse(SplitPattern.Gpt2).IfLeft(error => throw new InvalidOperationException(error.Message));
        Check(
            Arb.From(TextGenerators.Texts.Generator.Select(text => string.Concat(text.Where(unit => !char.IsSurrogate(unit))))),
            text => engine.Matches(text).Select(match => match.Value).SequenceEqual(pattern.Cut(text).Select(part => text[part.Where])),
            text => text.Length > 1);
    }

    [Fact]
    public void CutsCoverTheText()
    {
        foreach (
            string source in new[] { SplitPattern.Gpt2, @"\p{N}",
                @"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+" })
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
    public void PatternsBeyondSetsAndRepetitionsAreRefusedByName(string source) =>
        Assert.IsType<FloeError.Unsupported>(
            SplitPattern.Parse(source).Match(Right: _ => (FloeError)new FloeError.Usage("", "", "", ""), Left: error => error));

    [Fact]
    public void MergesOfUnknownTokensAreNamed() =>
        Assert.Contains(
            "merge 0", Tokenizer.Create(Tokenizer.Tables with { Merges = Array(("q\u0000", "x")) })
                .Match(Right: _ => "", Left: error => error.Message), StringComparison.Ordinal);

    [Fact]
    public void FiveThousandCharactersWithoutASpaceTakeNoQuadraticTime()
    {
        string word = string.Concat(Enumerable.Repeat("ab", 100_000));
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(word, Tokenizer.Decode(Tokenizer.Encode(word)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    private static Arbitrary<(string Prompt, string Completion)> Pairs => Arb.From(
        from prompt in TextGenerators.Texts.Generator
        from completion in TextGenerators.Texts.Generator
        select (prompt, completion));

    // Words that both tokenizers have merges for, cut anywhere. An added token of the normalised text is found with the mark before it,
    // which may be the prompt's.
    private static Arbitrary<(string Prompt, string Completion)> Cuts => Arb.From(
        from words in Gen.Elements("the", " the", " cat", "aab", " a42", "中文", " ", "<|end|>").ListOf(6)
        let text = string.Concat(words)
        from at in Gen.Choose(0, text.Length)
        select (text[..at], text[at..]));

    private static Tokenizer Of(string kind) => kind == "marked" ? TextGenerators.Marked : Tokenizer;

    // Then the joined text holds a token where the parts hold letters.
    private static bool SpellsAnAddedToken(Tokenizer tokenizer, (string Prompt, string Completion) pair) =>
        tokenizer.Tables.Added.Exists(token =>
        Enumerable.Range(1, token.Content.Length - 1).Any(at =>
            pair.Prompt.EndsWith(token.Content[..at], StringComparison.Ordinal)
                && pair.Completion.StartsWith(token.Content[at..], StringComparison.Ordinal)));

    private static bool Slowly(string text)
    {
        Dictionary<(string, string), int> ranks = Tokenizer.Tables.Merges.Select((pair, rank) => (pair, rank))
            .ToDictionary(item => item.pair, item => item.rank);
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
