using Floe.Domain;
using Floe.Effects.Tables;
using Floe.Tests.Effects.Files;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Parquet;

/// <summary>Every size, count and id that a file states is compared with what it may be; what is not read as it is meant is refused by
/// name.</summary>
public class StatedSizesTests
{
    private const int Plain = 0, Dictionary = 8;
    private static readonly byte[] Three = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];

    // Which of three values are there, all of them: as runs, with their length before them, or as bits from the highest.
    private static readonly byte[] Levels = [2, 0, 0, 0, 6, 1];

    public static TheoryData<string, byte[]> Sound => new()
    {
        { "plain", File(new BytesPage(3, Plain, Three)) },
        { "nothing missing", File(optional: true, new BytesPage(3, Plain, [.. Levels, .. Three])) },
        { "nothing missing, version 2", File(optional: true, new BytesPage(3, Plain, [6, 1, .. Three]) { Kind = 3, LevelBytes = 2 }) },
        { "two pages", File(new BytesPage(1, Plain, Three[..4]), new BytesPage(2, Plain, Three[4..])) },
        { "a page of no values", File(new BytesPage(0, Plain, []), new BytesPage(3, Plain, Three)) },
        { "a dictionary", File(Entries(3), new BytesPage(3, Dictionary, [2, 3, 0b100100, 0])) },
        { "a checksum", File(new BytesPage(3, Plain, Three) { Crc = unchecked((int)0xB0E02293) }) },
        { "differences", File(new BytesPage(3, 5, [128, 1, 4, 3, 2, 2, 0, 0, 0, 0])) },
    };

    public static TheoryData<string, byte[], string> Wrong => new()
    {
        { "a page beyond its column", File(new BytesPage(3, Plain, Three) { Stored = 13, Size = 13 }), "pages within their column" },
        { "a page beyond its column, inside the file", ParquetBytes.File(
            1, 3, [new BytesPage(3, Plain, Three) { Stored = 20, Size = 20 }], after: 20), "pages within their column" },
        { "a column that ends in its page", ParquetBytes.File(
            1, 3, [new BytesPage(3, Plain, Three)], chunk: -1, after: 4), "pages within their column" },
        { "a column that ends in a header", ParquetBytes.File(1, 3, [new BytesPage(3, Plain, Three)], chunk: 3, after: 4), "" },
        { "a column beyond the file", ParquetBytes.File(1, 3, [new BytesPage(3, Plain, Three)], chunk: 9), "between bytes" },
        { "a page of another size", File(new BytesPage(3, Plain, Three) { Size = 16 }), "a page of 16 bytes" },
        { "a huge page", File(new BytesPage(3, Plain, Three) { Size = int.MaxValue }), "a plausible size" },
        { "too few bytes", File(new BytesPage(3, Plain, Three[..8])), "3 values of 4 bytes" },
        { "too few values", File(new BytesPage(2, Plain, Three)), "3 values" },
        { "too many values", File(new BytesPage(4, Plain, [.. Three, .. Three])), "as many values" },
        { "values below none", File(new BytesPage(-1, Plain, Three)), "number of values" },
        { "another checksum", File(new BytesPage(3, Plain, Three) { Crc = 1 }), "checksum" },
        { "levels beyond the page", File(optional: true, new BytesPage(3, Plain, [99, 0, 0, 0, 6, 1, .. Three])), "within the page" },
        { "a level of 2", File(optional: true, new BytesPage(3, Plain, [2, 0, 0, 0, 6, 2, .. Three])), "values from 0 to 1" },
        { "too few levels", File(optional: true, new BytesPage(3, Plain, [2, 0, 0, 0, 4, 1, .. Three])), "" },
        { "levels beyond the page, version 2", File(
            optional: true, new BytesPage(3, Plain, [6, 1, .. Three]) { Kind = 3, LevelBytes = 99 }), "within the page" },
        { "missing values that are there", File(
            optional: true, new BytesPage(3, Plain, [6, 1, .. Three]) { Kind = 3, LevelBytes = 2, Nulls = 1 }), "missing values" },
        { "an entry beyond the dictionary", File(Entries(3), new BytesPage(3, Dictionary, [2, 3, 0b110100, 0])), "values from 0 to 2" },
        { "entries that end early", File(Entries(3), new BytesPage(3, Dictionary, [2, 2, 1])), "" },
        { "no entries", File(Entries(3), new BytesPage(3, Dictionary, [2])), "" },
        { "entries of 33 bits", File(Entries(3), new BytesPage(3, Dictionary, [33, 2, 1])), "32 bits" },
        { "no dictionary", File(new BytesPage(3, Dictionary, [2, 3, 0b100100, 0])), "a dictionary before" },
        { "two dictionaries", File(Entries(3), Entries(3), new BytesPage(3, Dictionary, [2, 3, 0b100100, 0])), "at most one dictionary" },
        { "a dictionary of more entries", File(Entries(4), new BytesPage(3, Dictionary, [2, 3, 0b100100, 0])), "4 values of 4 bytes" },
        { "more differences", File(new BytesPage(3, 5, [128, 1, 4, 4, 2, 2, 0, 0, 0, 0])), "as many differences" },
        { "differences that end early", File(new BytesPage(3, 5, [128, 1, 4, 3, 2, 2, 8, 0, 0, 0])), "whole blocks" },
        { "differences of 40 bits", File(new BytesPage(3, 5, [128, 1, 4, 3, 2, 2, 40, 0, 0, 0, .. new byte[160]])), "the bits of a value" },
        { "more rows than bytes can mean", ParquetBytes.File(1, 1L << 40, [new BytesPage(3, Plain, Three)]), "as many rows" },
        { "rows below none", ParquetBytes.File(1, -3, [new BytesPage(3, Plain, Three)]), "as many rows" },
    };

    [Theory]
    [MemberData(nameof(Sound))]
    public void WhatIsSoundIsRead(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        ColumnValues read = Errors.Value(Read(file));
        Assert.Equal([1, 2, 3], Assert.IsType<int[]>(read.Values));
        Assert.Null(read.Present);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WhatContradictsIsNamed(string name, byte[] file, string expected)
    {
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(Errors.Of(Read(file)));
        Assert.True(error.Expected.Contains(expected, StringComparison.Ordinal), $"{name}: {error.Expected}");
    }

    /// <summary>Which values are missing, stored in the old way: the library takes the first bytes for a length.</summary>
    [Fact]
    public void BitPackedLevelsAreRefusedByName() =>
        Refused(File(optional: true, new BytesPage(3, Plain, [0b11100000, .. Three]) { Levels = 4 }), "BIT_PACKED");

    /// <summary>An encoding is read as the format defines it or refused by its name: never as other values, and never by the library's
    /// words.</summary>
    [Fact]
    public void EveryEncodingIsReadOrRefusedByName()
    {
        System.Collections.Generic.HashSet<(int, int)> read = [.. Enumerable.Range(0, 8).Select(type => (type, Plain))];
        read.UnionWith([(1, 5), (2, 5), (6, 6), (6, 7), (1, 9), (2, 9), (4, 9), (5, 9)]);
        read.UnionWith(new[] { 1, 2, 3, 4, 5, 6, 7 }.SelectMany(type => new[] { (type, 2), (type, Dictionary) }));
        for (int type = 0; type < 8; type++)
        {
            for (int encoding = -1; encoding < 12; encoding++)
            {
                Either<FloeError, ColumnValues> found = Read(ParquetBytes.File(type, 1, [new BytesPage(1, encoding, new byte[64])]));
                if (!read.Contains((type, encoding)))
                {
                    FloeError.Unsupported error = Assert.IsType<FloeError.Unsupported>(Errors.Of(found));
                    Assert.Contains(
                        $"the encoding {(global::Parquet.Meta.Encoding)encoding} of values", error.Feature, StringComparison.Ordinal);
                }
                else
                {
                    Assert.False(found.LeftToSeq().Exists(e => e is FloeError.Unsupported), $"type {type}, encoding {encoding}");
                }
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(99)]
    [InlineData(-1)]
    public void ACodecThatIsNotThereIsRefusedByName(int codec) =>
        Refused(ParquetBytes.File(
            1, 3, [new BytesPage(3, Plain, Three)], codec: codec), $"the compression codec {(global::Parquet.Meta.CompressionCodec)codec}");

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void APageOfAnUnknownKindIsRefusedByName(int kind) =>
        Refused(File(new BytesPage(3, Plain, Three) { Kind = kind }), $"pages of kind {kind}");

    private static BytesPage Entries(int claimed) => new(claimed, Plain, Three) { Kind = 2 };

    private static byte[] File(params BytesPage[] pages) => ParquetBytes.File(1, 3, pages);

    private static byte[] File(bool optional, params BytesPage[] pages) => ParquetBytes.File(1, 3, pages, optional);

    private static void Refused(byte[] file, string feature) =>
        Assert.Contains(feature, Assert.IsType<FloeError.Unsupported>(Errors.Of(Read(file))).Feature, StringComparison.Ordinal);

    private static Either<FloeError, ColumnValues> Read(byte[] file)
    {
        using Scratch scratch = new();
        System.IO.File.WriteAllBytes(scratch.At("t.parquet"), file);
        return ParquetTable.Read(scratch.At("t.parquet"), table => table.Column("c"));
    }
}
