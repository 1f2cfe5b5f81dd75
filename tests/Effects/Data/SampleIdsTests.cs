using Floe.Domain;
using Floe.Domain.Text;
using Floe.Domain.Training;
using Floe.Effects.Data;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Formats.Tokenizers;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Data;

/// <summary>Samples and calibration text of the fixtures as the ids that the references trained and scored on.</summary>
[Trait("Category", "Fixtures")]
public sealed class SampleIdsTests
{
    private const string Group = "smollm2";
    private const string NoTarget = "-100";

    private static readonly string Model = Path.Combine(FixtureFolders.Assets, "models", Group);

    public static TheoryData<string, string, string, string> Cases
    {
        get
        {
            TheoryData<string, string, string, string> cases = [];
            foreach (string folder in FixtureFolders.Folders(Group))
            {
                foreach ((string text, string tensors, string ids, string labels) in new[]
                {
                    ("train.jsonl", "batches.safetensors", "input_ids", "labels"),
                    ("heldout.jsonl", "batches.safetensors", "heldout_input_ids", "heldout_labels"),
                    ("samples.jsonl", "inputs.safetensors", "input_ids", "labels"),
                    ("calibration.txt", "inputs.safetensors", "calibration_ids", ""),
                })
                {
                    if (Directory.Exists(Model) && File.Exists(FixtureFolders.At(Group, folder, text)))
                    {
                        cases.Add($"{folder}/{text}", tensors, ids, labels);
                    }
                }
            }

            if (cases.Count == 0)
            {
                cases.Add(FixtureFolders.Absent, "", "", "");
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TextBecomesTheIdsOfTheReference(string name, string tensors, string ids, string labels) =>
        FixtureCase.Run(Group, name, () =>
    {
        string path = FixtureFolders.At(Group, name);
        return from tokenizer in TokenizerFile.Open(Model)
               from file in SafetensorsFile.Open(Path.Combine(Path.GetDirectoryName(path)!, tensors))
               from expected in file.Integers(ids)
               from targets in labels.Length == 0 ? Right<FloeError, long[]>([]) : file.Integers(labels)
               let length = (int)file.Tensors[ids].Shape[^1]
               from compared in labels.Length == 0
                   ? CalibrationText.Blocks(path, tokenizer.Tokenizer, length).Map(blocks => Same(expected, blocks))
                   : DataFile.Read(path).Map(data => Same(expected, targets, length, tokenizer.Tokenizer, data))
               select compared;
    });

    private static Unit Same(long[] expected, Arr<Arr<int>> blocks)
    {
        Assert.Equal(expected, blocks.Take(expected.Length / blocks[0].Count).SelectMany(block => block).Select(id => (long)id));
        return unit;
    }

    private static Unit Same(long[] expected, long[] targets, int length, Tokenizer tokenizer, DataSet data)
    {
        Assert.Equal(expected.Length / length, data.Samples.Count);
        for (int row = 0; row < data.Samples.Count; row++)
        {
            (TokenizedSample sample, _, _) = SampleTokenization.One(tokenizer, data.Samples[row], length);
            int pad = tokenizer.Special.Pad.IfNone(-1);
            Assert.Equal(
                expected.Skip(row * length)
                    .Take(length), sample.Ids.Select(id => (long)id)
                    .Concat(Enumerable.Repeat((long)pad, length - sample.Ids.Count)));
            Assert.Equal(
                targets.Skip(row * length).Take(length).Select(label => label.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                sample.Ids.Zip(sample.Supervised, (id, on) => on ? $"{id}" : NoTarget)
                    .Concat(Enumerable.Repeat(NoTarget, length - sample.Ids.Count)));
        }

        return unit;
    }
}
