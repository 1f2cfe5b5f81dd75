using Floe.Domain;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace Floe.Tests.Effects.Parquet;

/// <summary>Whatever the library writes Floe reads, for every type, encoding, codec and pattern of nulls; what Floe relies on in it,
/// reading and writing.</summary>
public class RoundTripTests
{
    // Lengths around the borders of groups of 8, blocks of 128 and Snappy's blocks of 65,536.
    private static readonly int[] Lengths = [0, 1, 2, 7, 8, 9, 31, 32, 33, 127, 128, 129, 130, 257, 1000, 20_000];

    public static TheoryData<CompressionMethod> Codecs =>
    [
        CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip, CompressionMethod.Brotli, CompressionMethod.Zstd,
            CompressionMethod.Lz4Raw,
    ];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Columns(CompressionMethod codec) =>
        Prop.ForAll(Cases().ToArbitrary(), c => RoundTrip(c.Seed, c.Length, c.Nulls, c.Hint, codec))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void TheSameInputGivesTheSameBytes() => Assert.Equal(
        Write(new RandomColumns(new Random(4), 1000, 0.3), EncodingHint.Default, CompressionMethod.Snappy),
        Write(new RandomColumns(new Random(4), 1000, 0.3), EncodingHint.Default, CompressionMethod.Snappy));

    private static Gen<(int Seed, int Length, double Nulls, EncodingHint Hint)> Cases() =>
        from seed in Gen.Choose(0, int.MaxValue)
        from length in Gen.Elements(Lengths)
        from nulls in Gen.Elements(0.0, 0.01, 0.5, 1.0)
        from hint in Gen.Elements(Enum.GetValues<EncodingHint>())
        select (seed, length, nulls, hint);

    private static bool RoundTrip(int seed, int length, double nulls, EncodingHint hint, CompressionMethod codec)
    {
        RandomColumns columns = new(new Random(seed), length, nulls);
        using Scratch scratch = new();
        File.WriteAllBytes(scratch.At("t.parquet"), Write(columns, hint, codec));
        return Errors.Value(ParquetTable.Read(scratch.At("t.parquet"), table =>
        {
            Assert.Equal(length, table.Rows);
            Assert.Equal("größe", table.Metadata["key"]);
            Same(table, "ints", columns.Ints);
            Same(table, "longs", columns.Longs);
            Same(table, "doubles", columns.Doubles);
            Same(table, "floats", columns.Floats);
            Same(table, "flags", columns.Flags);
            Same(table, "bytes", columns.Bytes);
            Same(table, "doubles?", columns.MaybeDoubles);
            Same(table, "longs?", columns.MaybeLongs);
            Same(table, "flags?", columns.MaybeFlags);
            Same(table, "texts", columns.Texts);
            return Prelude.Right<FloeError, bool>(true);
        }));
    }

    private static void Same<T>(ParquetTable table, string name, T[] expected)
    {
        ColumnValues found = Errors.Value(table.Column(name));
        Assert.Equal(expected.Length, found.Values.Length);
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.True(
                Equals(expected[row], found.Present is null || found.Present[row] ? found.Values.GetValue(row) : null),
                $"column {name}, row {row}: {expected[row]} was written, {found.Values.GetValue(row)} read");
        }
    }

    private static byte[] Write(RandomColumns columns, EncodingHint hint, CompressionMethod codec)
    {
        DataField[] fields =
        [
            new DataField<int>("ints"), new DataField<long>("longs"), new DataField<double>("doubles"), new DataField<float>("floats"),
                new DataField<bool>("flags"),
            new DataField<byte>("bytes"), new DataField<double?>("doubles?"), new DataField<long?>("longs?"),
                new DataField<bool?>("flags?"),
            new DataField("texts", typeof(string), isNullable: true),
        ];
        ParquetOptions options = new() { CompressionMethod = codec };
        foreach (DataField field in fields)
        {
            options.ColumnEncodingHints[field.Name] = hint;
        }

        using MemoryStream stream = new();
        ParquetWriter writer = ParquetWriter.CreateAsync(new ParquetSchema(fields.Cast<Field>()), stream, options).GetAwaiter().GetResult();
        writer.CustomMetadata = new Dictionary<string, string> { ["key"] = "größe" };
        using (ParquetRowGroupWriter group = writer.CreateRowGroup())
        {
            Task[] written =
            [
                group.WriteAsync<int>(fields[0], columns.Ints), group.WriteAsync<long>(fields[1], columns.Longs),
                    group.WriteAsync<double>(fields[2], columns.Doubles),
                group.WriteAsync<float>(fields[3], columns.Floats), group.WriteAsync<bool>(fields[4], columns.Flags),
                    group.WriteAsync<byte>(fields[5], columns.Bytes),
                group.WriteAsync<double>(fields[6], columns.MaybeDoubles), group.WriteAsync<long>(fields[7], columns.MaybeLongs),
                group.WriteAsync<bool>(fields[8], columns.MaybeFlags), group.WriteAsync(fields[9], columns.Texts),
            ];
            Task.WhenAll(written).GetAwaiter().GetResult();
            group.CompleteValidate();
        }

        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return stream.ToArray();
    }

    /// <summary>Columns of every type: extremes, runs, ramps and noise.</summary>
    private sealed class RandomColumns
    {
        public RandomColumns(Random random, int length, double nulls)
        {
            int kind = random.Next(4);
            Ints = Make(length, i => kind switch { 0 => i, 1 => 7, 2 => i % 3 == 0 ? int.MinValue : int.MaxValue, _ => random.Next() });
            Longs = Make(
                length, i =>
                    kind switch { 0 => i * 1_000_000_007L, 1 => -1, 2 => i % 2 == 0
                        ? long.MinValue
                        : long.MaxValue, _ => random.NextInt64() });
            Doubles = Make(
                length, i =>
                    kind switch { 0 => i * 0.1, 1 => 0, 2 => i % 2 == 0 ? double.NaN : double.NegativeInfinity, _ => random.NextDouble() });
            Floats = Make(length, i => kind switch { 0 => i * 0.1f, 1 => -0f, 2 => float.Epsilon, _ => random.NextSingle() });
            Flags = Make(length, i => kind switch { 0 => i < length / 2, 1 => true, _ => random.Next(2) == 0 });
            Bytes = Make(length, i => (byte)(kind == 1 ? 255 : i));
            MaybeDoubles = Make(length, i => random.NextDouble() < nulls ? null : (double?)Doubles[i]);
            MaybeLongs = Make(length, i => (i / 50 % 2 == 0) == (nulls > 0.4) ? null : (long?)Longs[i]);
            MaybeFlags = Make(length, i => random.NextDouble() < nulls ? null : (bool?)Flags[i]);
            Texts = Make(
                length, i => random.NextDouble() < nulls
                    ? null
                    : kind switch { 0 => "head", 1 => "größe 模型", 2 => "", _ => $"text {random.Next(1 + (length / 4))}" });
        }

        public int[] Ints { get; }

        public long[] Longs { get; }

        public double[] Doubles { get; }

        public float[] Floats { get; }

        public bool[] Flags { get; }

        public byte[] Bytes { get; }

        public double?[] MaybeDoubles { get; }

        public long?[] MaybeLongs { get; }

        public bool?[] MaybeFlags { get; }

        public string?[] Texts { get; }

        private static T[] Make<T>(int length, Func<int, T> value) => [.. Enumerable.Range(0, length).Select(value)];
    }
}
