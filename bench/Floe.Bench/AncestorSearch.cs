using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Floe.Domain.Masks;
using Floe.Domain.Masks.Search;
using Floe.Domain.Scores;

namespace Floe.Bench;

/// <summary>
/// The ancestor's search in NumPy against Floe on the same tables: the search for masks, and its rearrangement by the gradients of mini-batches. The masks must
/// be the same after each.
/// </summary>
internal static class AncestorSearch
{
    private const int Batches = 64;

    public static int Run()
    {
        Console.WriteLine("| table | units | step | Floe ms | NumPy twin ms | factor | same masks |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Row[] rows =
        [
            .. Searched("LLaMA-2-7B", SampleTables.Of(SampleTables.Llama7B), [], 301),
            .. Searched("LLaMA-3.1-405B", SampleTables.Of(SampleTables.Llama405B), [], 9),
            .. Rearranged("SmolLM2-135M", SampleTables.SmolLm2),
            .. Rearranged("one layer of LLaMA-2-7B", SampleTables.Llama7B with { Layers = 1 }),
        ];
        return rows.All(r => r.Same) ? 0 : 5;
    }

    private static Row[] Rearranged(string name, ModelShape shape)
    {
        (double[] gradients, ScoreTable table) = SampleTables.WithGradients(shape, Batches);
        return Searched(name, table, gradients, 101);
    }

    private static Row[] Searched(string name, ScoreTable table, double[] gradients, int rounds)
    {
        BinaryMasks masks = Search(table);
        double search = Clock.Median(rounds, () => Search(table));
        JsonElement twin = Twin(table, gradients);
        List<Row> rows = [new(name, table.Shape.Units, "search", search, twin.GetProperty("seconds").GetDouble(), Hash(masks) == twin.GetProperty("sha256").GetString())];
        if (gradients.Length > 0)
        {
            BinaryMasks rearranged = Rearrangement.Run(masks, gradients, Batches).Value();
            double seconds = Clock.Median(5, () => Rearrangement.Run(masks, gradients, Batches));
            bool same = Hash(rearranged) == twin.GetProperty("rearranged_sha256").GetString();
            double other = twin.GetProperty("rearrange_seconds").GetDouble();
            rows.Add(rows[0] with { Step = "rearrangement", Floe = seconds, Twin = other, Same = same });
            rows.Add(rows[0] with { Step = "both", Floe = search + seconds, Twin = rows[0].Twin + other, Same = same });
        }

        rows.ForEach(Console.WriteLine);
        return [.. rows];
    }

    private static JsonElement Twin(ScoreTable table, double[] gradients)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("floe-search-");
        try
        {
            string scores = Path.Combine(folder.FullName, "scores"), stored = Path.Combine(folder.FullName, "gradients");
            Write(scores, table.Fisher, table.Taylor);
            Write(stored, gradients);
            ModelShape shape = table.Shape;
            return Peer.Run("search_numpy.py", [scores, "--layers", Text(shape.Layers), "--heads", Text(shape.Heads), "--neurons", Text(shape.Neurons),
                .. gradients.Length > 0 ? ["--gradients", stored] : Array.Empty<string>()]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string path, params ReadOnlySpan<double[]> columns)
    {
        using FileStream file = File.Create(path);
        foreach (double[] column in columns)
        {
            file.Write(MemoryMarshal.AsBytes(column.AsSpan()));
        }
    }

    private static void Write(string path, ReadOnlySpan<double> first, ReadOnlySpan<double> second) => Write(path, first.ToArray(), second.ToArray());

    private static BinaryMasks Search(ScoreTable table) => Determination.Run(UnitOrder.Of(table), 0.5 * table.TotalCost);

    private static string Hash(BinaryMasks masks) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(masks.Kept)));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(string Table, int Units, string Step, double Floe, double Twin, bool Same)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"| {Table} | {Units:N0} | {Step} | {Floe * 1e3:F2} | {Twin * 1e3:F1} | {Twin / Floe:F1} | {(Same ? "yes" : "NO")} |");
    }
}
