using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Floe.Domain.Masks;
using Floe.Domain.Scores;

namespace Floe.Bench;

/// <summary>Determination against the ancestor's search in NumPy, on the same table; the masks must be the same.</summary>
internal static class AncestorSearch
{
    public static int Run(string[] arguments)
    {
        ModelShape shape = arguments.Contains("405B") ? SampleTables.Llama405B : SampleTables.Llama7B;
        ScoreTable table = SampleTables.Of(shape);
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, [.. MemoryMarshal.AsBytes(table.Fisher).ToArray(), .. MemoryMarshal.AsBytes(table.Taylor).ToArray()]);
            BinaryMasks masks = Search(table);
            double[] seconds = [.. Enumerable.Range(0, 9).Select(_ => Seconds(table)).Order()];
            JsonElement peer = Peer.Run("search_numpy.py", [file,
                "--layers", Text(shape.Layers), "--heads", Text(shape.Heads), "--neurons", Text(shape.Neurons)]);
            string hash = Convert.ToHexStringLower(SHA256.HashData(
                [.. Enumerable.Range(0, shape.Units).Select(i => (byte)(masks.Kept[i] ? 1 : 0))]));
            bool same = hash == peer.GetProperty("sha256").GetString();
            double own = seconds[seconds.Length / 2], other = peer.GetProperty("seconds").GetDouble();
            Console.WriteLine("| units | Floe ms | NumPy twin ms | ratio | same masks |");
            Console.WriteLine("|---|---|---|---|---|");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {shape.Units:N0} | {own * 1e3:F1} | {other * 1e3:F1} | {other / own:F1} | {(same ? "yes" : "NO")} |"));
            return same ? 0 : 5;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static BinaryMasks Search(ScoreTable table) => Determination.Run(UnitOrder.Of(table), 0.5 * table.TotalCost);

    private static double Seconds(ScoreTable table)
    {
        long start = Stopwatch.GetTimestamp();
        Search(table);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
