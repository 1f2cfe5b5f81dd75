using System.Globalization;
using System.Text.RegularExpressions;
using Floe.Domain.Text;
using Floe.Pretraining.Corpora;
using FsCheck;
using FsCheck.Fluent;
using Floe.Tests.Properties;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Effects.Pretraining;

/// <summary>Laws of the generated corpus and of the target tasks.</summary>
public sealed class CorpusLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<(long Seed, int Index)> Documents =
        Arb.From(from seed in Gen.Choose(0, 1000) from index in Gen.Choose(0, 100_000) select ((long)seed, index));

    [Fact]
    public void ADocumentDependsOnSeedAndIndexAlone() => Check(item =>
        Corpus.Document(item.Seed, item.Index) == Corpus.Document(item.Seed, item.Index)
            && Corpus.Document(item.Seed, item.Index).Length > 10);

    [Fact]
    public void EveryEquationIsTrue() => Check(item =>
    {
        foreach (Match match in Regex.Matches(Corpus.Document(item.Seed, item.Index), @"(\d+) ([-+x/]) (\d+) = (\d+)"))
        {
            int[] numbers = [.. new[] { 1, 3, 4 }.Select(group => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture))];
            int found = match.Groups[2].Value switch { "+" =>
                numbers[0] + numbers[1], "-" => numbers[0] - numbers[1], "x" => numbers[0] * numbers[1], _ => numbers[0] / numbers[1] };
            if (found != numbers[2])
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void SumsHaveSmallOperands() => Check(item =>
        Regex.Matches(Corpus.Document(item.Seed, item.Index), @"(\d+) \+ (\d+) =").All(match =>
            int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) <= 20
                && int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) <= 20));

    [Fact]
    public void AStoryKeepsItsNames()
    {
        string[] names = [
            .. TargetTask.Notation.Split(1, 3000, 0).Train.Select(
                sample => sample.Prompt[6..sample.Prompt.IndexOf(',', StringComparison.Ordinal)])
                .Distinct()];
        Assert.Equal(40, names.Length);
        Check(item =>
        {
            string text = Corpus.Document(item.Seed, item.Index);
            bool story = Regex.IsMatch(text, @" was (a |an |very )| named ");
            return !story || names.Count(name => Regex.IsMatch(text, $@"\b{name}\b")) <= 2;
        });
    }

    [Fact]
    public void AQuestionIsAnsweredByTheSentenceThatItAsksAbout() => Check(item =>
    {
        string text = Corpus.Document(item.Seed, item.Index);
        string[] sentences = text.Split('\n')[0].Split(". ");
        return Regex.Matches(text, @"^(?:Who has the|Where is the|Where is|What colour is the) (\w+)\? (.+)\.$", RegexOptions.Multiline)
            .All(match =>
            sentences.Count(sentence => Regex.IsMatch(sentence, $@"\b{match.Groups[1].Value}\b")
                && sentence.Contains(match.Groups[2].Value, StringComparison.OrdinalIgnoreCase)) == 1);
    });

    [Fact]
    public void NoTemplateLeavesBracesOrDoubleSpacesBehind() => Check(item =>
    {
        string text = Corpus.Document(item.Seed, item.Index);
        return !Regex.IsMatch(text, "[a-z]  [a-z]|\\.\\.| \\.|\\{[A-Z]") && text.Trim() == text;
    });

    [Fact]
    public void HeldOutDocumentsAreNotLearntFrom()
    {
        (Arr<string> train, Arr<string> held) = Corpus.Split(3, 2000, 200);
        Assert.Equal((2000, 200), (train.Count, held.Count));
        Assert.Empty(train.Intersect(held));
        Assert.Equal(200, held.Distinct().Count());
        Assert.Equal(1.0, Corpus.Shares.Sum(family => family.Share), 12);
    }

    [Fact]
    public void HeldOutPromptsOfATaskAreNotLearntFrom()
    {
        foreach (TargetTask task in TargetTask.All)
        {
            (Arr<TextSample> train, Arr<TextSample> held) = task.Split(5, 1000, 200);
            Assert.Equal((1000, 200), (train.Count, held.Count));
            Assert.Equal(1200, train.Concat(held).Select(sample => sample.Prompt).Distinct().Count());
            Assert.Equal(task.Split(5, 1000, 200).Train, train);
        }
    }

    [Fact]
    public void TheCorpusDoesNotContainTheTasks()
    {
        string[] corpus = [.. Enumerable.Range(0, 5000).Select(index => Corpus.Document(1, index))];
        Assert.DoesNotContain(
            corpus, text => text.Contains("Note:", StringComparison.Ordinal)
                || text.Contains("Tags of", StringComparison.Ordinal)
                || Regex.IsMatch(text, @"\b(mip|tok|rul|sen)\b"));
    }

    [Fact]
    public void AWordHasOneTag() =>
        Assert.All(TargetTask.Tags.Split(1, 3000, 0).Train
            .SelectMany(sample => sample.Prompt[8..^1].Split(", ").Zip(sample.Completion.TrimStart().Split(' ')))
            .Distinct().GroupBy(pair => pair.Item1), group => Assert.Single(group));

    [Fact]
    public void TheSameNameColourAndPlaceHaveTheSameForm()
    {
        (string[] Words, string[] Forms)[] notes =
            [.. TargetTask.Notation.Split(1, 3000, 0).Train.Select(
                sample => (sample.Prompt["Note: ".Length..^".\nForm:".Length].Split(", "), sample.Completion[1..].Split(", ")))];
        string[][] forms = [["girl", "boy"], ["sun", "rain", "snow"], ["in", "at", "on", "by"]];
        int[] words = [40, 12, 24];
        for (int slot = 0; slot < forms.Length; slot++)
        {
            (string Word, string Form)[] pairs = [.. notes.Select(note => (note.Words[slot], note.Forms[slot])).Distinct()];
            Assert.Equal(words[slot], pairs.Length);
            Assert.Equal(words[slot], pairs.DistinctBy(pair => pair.Word).Count());
            Assert.Equal(forms[slot].Order(), pairs.Select(pair => pair.Form).Distinct().Order());
        }
    }

    private void Check(Func<(long Seed, int Index), bool> holds) =>
        Law.Check(output, Documents, holds, item => $"{Corpus.Document(item.Seed, item.Index).Length / 100 * 100:D3}+ characters");
}
