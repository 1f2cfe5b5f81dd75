using Floe.Domain.Text;
using Floe.Effects.Data;
using Floe.Effects.Formats.Tokenizers;
using Floe.Pretraining.Corpora;
using Floe.Pretraining.Vocabulary;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Pretraining;

/// <summary>Corpus, tasks and tokenizer as files: what is read back is what was written, and the same bytes each time.</summary>
public sealed class CorpusFilesTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"floe-corpus-{Guid.NewGuid():N}");

    [Fact]
    public void DataFilesHoldTheCorpusAndTheTasks()
    {
        Assert.True(
            (from corpus in CorpusFiles.Write(folder, 1, 50, 10) from tasks in CorpusFiles.WriteTasks(folder, 1, 20,
                5) select tasks).IsRight);
        Assert.Equal(Corpus.Split(1, 50, 10).HeldOut, Samples("pretrain-heldout.jsonl").Map(sample => sample.Completion));
        foreach (TargetTask task in TargetTask.All)
        {
            Assert.Equal(task.Split(1, 20, 5).Train, Samples(task.Name + ".jsonl"));
        }

        byte[] before = File.ReadAllBytes(Path.Combine(folder, "pretrain.jsonl"));
        Assert.True(CorpusFiles.Write(folder, 1, 50, 10).IsRight);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder, "pretrain.jsonl")));
    }

    [Fact]
    public void ALearntTokenizerIsTheSameAfterWritingAndReading()
    {
        string[] texts = [.. Enumerable.Range(0, 300).Select(index => Corpus.Document(1, index))];
        Tokenizer learnt = TokenizerTrainer.Train(texts, 600).IfLeft(error => throw new InvalidOperationException(error.Message));
        Assert.True(TokenizerWriter.Write(folder, learnt).IsRight);
        LoadedTokenizer read = TokenizerFile.Open(folder).IfLeft(error => throw new InvalidOperationException(error.Message));
        Assert.Equal(600, read.Tokenizer.VocabularySize);
        Assert.Equal(learnt.Special, read.Tokenizer.Special);
        Assert.Equal(learnt.Tables.Merges, read.Tokenizer.Tables.Merges);
        Assert.All(texts, text => Assert.Equal(learnt.Encode(text), read.Tokenizer.Encode(text)));
    }

    [Fact]
    public void AVocabularyIsLearntFromTheFilesOfTheCorpus()
    {
        string file = Path.Combine(folder, "pretrain.jsonl");
        Tokenizer learnt = (from corpus in CorpusFiles.Write(folder, 1, 200, 10)
                            from tokenizer in VocabularyTraining.Run([file], 500, folder)
                            select tokenizer).IfLeft(error => throw new InvalidOperationException(error.Message));
        Tokenizer direct = TokenizerTrainer.Train(Samples("pretrain.jsonl").Map(sample => sample.Completion), 500)
            .IfLeft(error => throw new InvalidOperationException(error.Message));
        Assert.Equal(direct.Tables.Merges, learnt.Tables.Merges);
        Assert.Equal(
            learnt.Tables.Merges, TokenizerFile.Open(folder)
                .IfLeft(error => throw new InvalidOperationException(error.Message)).Tokenizer.Tables.Merges);
        Assert.Equal(2, VocabularyTraining.Run([], 500, folder).Match(Right: _ => 0, Left: error => error.ExitCode));
        Assert.Equal(4, VocabularyTraining.Run([file + ".absent"], 500, folder).Match(Right: _ => 0, Left: error => error.ExitCode));
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Arr<TextSample> Samples(string name) =>
        DataFile.Read(Path.Combine(folder, name))
            .Match(Right: data => data.Samples, Left: error => throw new InvalidOperationException(error.Message));
}
