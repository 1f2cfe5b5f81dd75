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

    // ParquetSharp has no values for bytes of a fixed length and prints times in another way; the fixtures themselves have their values.
    private static string[] Sound() =>
        [.. Directory.GetFiles(FixtureFolders.At("parquet"), "*.parquet").Where(path => !path.Contains("types", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void Compare(IReadOnlyList<string> paths, JsonElement[] found)
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
                        return Judge(values, found[i]);
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

        output.WriteLine($"{paths.Count} files, {refused} refused, {equal} columns read, {wrong.Count} wrong");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string? Judge(ColumnValues values, JsonElement file)
    {
        if (file.TryGetProperty("error", out JsonElement error))
        {
            return $"read, where Arrow says {error.GetString()}";
        }

        if (!file.GetProperty("columns").TryGetProperty(values.Name, out JsonElement column))
        {
            return $"column {values.Name} is not there for Arrow";
        }

        if (column.ValueKind == JsonValueKind.Object)
        {
            return $"column {values.Name} read, where Arrow says {column.GetProperty("error").GetString()}";
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
