using System.Globalization;
using System.Text.Json.Nodes;
using ParquetSharp;

namespace Floe.Tests.Interop;

/// <summary>Prints what Arrow C++ finds in Parquet files, as JSON: numbers by their bits, so that nothing is lost on the way. Reads paths,
/// one a line.</summary>
internal static class Program
{
    private static int Main()
    {
        for (string? path = Console.ReadLine(); path is not null; path = Console.ReadLine())
        {
            Console.WriteLine(Read(path).ToJsonString());
        }

        return 0;
    }

    private static JsonObject Read(string path)
    {
        try
        {
            using ParquetFileReader file = new(path);
            JsonObject columns = [];
            for (int i = 0; i < file.FileMetaData.NumColumns; i++)
            {
                columns[file.FileMetaData.Schema.Column(i).Name] = Column(file, i);
            }

            JsonObject metadata = new(file.FileMetaData.KeyValueMetadata
                .Where(pair => pair.Key != "ARROW:schema").Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
            return new JsonObject { ["columns"] = columns, ["metadata"] = metadata };
        }
        catch (Exception refusal)
        {
            return new JsonObject { ["error"] = refusal.Message };
        }
    }

    private static JsonNode Column(ParquetFileReader file, int column)
    {
        try
        {
            JsonArray values = [];
            for (int i = 0; i < file.FileMetaData.NumRowGroups; i++)
            {
                using RowGroupReader group = file.RowGroup(i);
                using LogicalColumnReader reader = group.Column(column).LogicalReader();
                reader.Apply(new Values(values, group.MetaData.NumRows));
            }

            return values;
        }
        catch (Exception refusal)
        {
            return new JsonObject { ["error"] = refusal.Message };
        }
    }

    private sealed class Values(JsonArray values, long rows) : ILogicalColumnReaderVisitor<bool>
    {
        public bool OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader)
        {
            foreach (TValue value in columnReader.ReadAll(checked((int)rows)))
            {
                values.Add(Canonical(value));
            }

            return true;
        }

        private static JsonNode? Canonical(object? value) => value switch
        {
            null => null,
            bool flag => flag,
            string text => "t" + text,
            double number => Bits(number),
            float number => Bits(number),
            byte[] bytes => "b" + Convert.ToHexStringLower(bytes),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

        private static string Bits(double number) =>
            "f" + BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture);
    }
}
