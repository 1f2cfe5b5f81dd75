using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using LanguageExt;
using Xunit;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Parquet;

/// <summary>Arrow C++ as the oracle: where both read a column its values are equal, and what Arrow refuses Floe does not read.</summary>
[Trait("Category", "Fixtures")]
public class ArrowOracleTests(ITestOutputHelper output)
{
    private const int MutantsOfAFile = 60;

    [Fact]
    public void WhatBothReadOfSoundFilesIsEqual() => Run("sound", () =>
    {
        string[] paths = Sound();
        Compare(paths, ArrowReader.Read(paths));
    });

    [Fact]
    public void WhatArrowRefusesOfDamagedFilesIsNotRead() => Run("damaged", () =>
    {
        string[] paths = Directory.GetFiles(FixtureFolders.At("parquet", "bad"), "*.parquet");
        Compare(paths, ArrowReader.Read(paths));
    });

    /// <summary>Files with bytes changed, taken out, put in or exchanged, half of them in the metadata. Arrow refuses a few that Floe
    /// reads, such as those without a field that no value needs. In a process of its own: what ends that one fails here and ends no other
    /// test.</summary>
    [Fact]
    public void WhatBothReadOfMutantsIsEqual() => Run("mutants", () =>
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            Environment.ProcessPath!, ["exec", typeof(ArrowOracleTests).Assembly.Location, "parquet-mutants"])
        {
            RedirectStandardOutput = true,
        })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output.WriteLine(said);
        Assert.True(process.ExitCode == 0, $"ended with {process.ExitCode}: {said}");
    });

    /// <summary>Compares the mutants.</summary>
    /// <returns>0 where no value differs, else 1.</returns>
    internal static int Mutants()
    {
        using Scratch scratch = new();
        Random random = new(20261128);
        List<string> paths = [];
        foreach (string path in Sound().Where(path => new FileInfo(path).Length < 8000))
        {
            byte[] bytes = File.ReadAllBytes(path);
            for (int i = 0; i < MutantsOfAFile; i++)
            {
                string mutant = scratch.At($"{Path.GetFileNameWithoutExtension(path)}-{i}.parquet");
                File.WriteAllBytes(mutant, Mutant(bytes, random));
                paths.Add(mutant);
            }
        }

        (string said, List<string> wrong) = Differences(paths, ArrowReader.Read(paths), onlyValues: true);
        Console.WriteLine(string.Join('\n', wrong.Prepend(said)));
        return wrong.Count == 0 ? 0 : 1;
    }

    // ParquetSharp has no values for bytes of a fixed length and prints times in another way; the fixtures themselves have their values.
    private static string[] Sound() =>
        [.. Directory.GetFiles(FixtureFolders.At("parquet"), "*.parquet")
            .Where(path => !path.Contains("types", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    private static byte[] Mutant(byte[] sound, Random random)
    {
        List<byte> bytes = [.. sound];
        int footer = BitConverter.ToInt32(sound, sound.Length - 8);
        for (int left = random.Next(3) == 0 ? 2 : 1; left > 0; left--)
        {
            bool inFooter = random.Next(2) == 0;
            int at = inFooter ? sound.Length - 8 - footer + random.Next(footer) : 4 + random.Next(sound.Length - 12 - footer);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                case 3:
                    int other = 4 + random.Next(sound.Length - 12);
                    (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                    break;
                case 4:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 5:
                    bytes[at] += (byte)(1 + random.Next(4));
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }

    private void Compare(IReadOnlyList<string> paths, JsonElement[] found)
    {
        (string said, List<string> wrong) = Differences(paths, found, onlyValues: false);
        output.WriteLine(said);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static (string Said, List<string> Wrong) Differences(IReadOnlyList<string> paths, JsonElement[] found, bool onlyValues)
    {
        List<string> wrong = [];
        int equal = 0, refused = 0;
        for (int i = 0; i < paths.Count; i++)
        {
            Either<FloeError, Unit> read = ParquetTable.Read(paths[i], table =>
            {
                for (int c = 0; c < table.Columns.Count; c++)
                {
                    if (table.Columns[c].IsNested || table.Columns.Count(other => other.Name == table.Columns[c].Name) > 1)
                    {
                        continue;
                    }

                    string? difference = table.Column(c).MatchUnsafe<string?>(Left: _ => null, Right: values =>
                    {
                        equal++;
                        return Judge(values, found[i], onlyValues);
                    });
                    if (difference is not null)
                    {
                        wrong.Add($"{Path.GetFileName(paths[i])}: {difference}");
                    }
                }

                return Right<FloeError, Unit>(unit);
            });
            refused += read.IsLeft ? 1 : 0;
        }

        return ($"{paths.Count} files, {refused} refused, {equal} columns read, {wrong.Count} wrong", wrong);
    }

    private static string? Judge(ColumnValues values, JsonElement file, bool onlyValues)
    {
        if (file.TryGetProperty("error", out JsonElement error))
        {
            return onlyValues ? null : $"read, where Arrow says {error.GetString()}";
        }

        if (!file.GetProperty("columns").TryGetProperty(values.Name, out JsonElement column))
        {
            return onlyValues ? null : $"column {values.Name} is not there for Arrow";
        }

        if (column.ValueKind == JsonValueKind.Object)
        {
            return onlyValues ? null : $"column {values.Name} read, where Arrow says {column.GetProperty("error").GetString()}";
        }

        return FoundColumns.Difference(values, column);
    }

    private static void Run(string name, Action check)
    {
        if (ArrowReader.Missing is { } reason)
        {
            FixtureCase.NotRun("arrow", name, reason);
            return;
        }

        FixtureCase.Run("arrow", name, () =>
        {
            check();
            return unit;
        });
    }
}
