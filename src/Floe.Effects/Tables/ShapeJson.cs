using System.Buffers;
using System.Text;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Scores;
using Floe.Effects.Formats;
using LanguageExt;

namespace Floe.Effects.Tables;

/// <summary><c>floe.shape</c>: <c>{"layers":…,"heads":…,"kv_heads":…,"neurons":…,"hidden":…,"head_dim":…}</c>.</summary>
internal static class ShapeJson
{
    private static readonly string[] Keys = ["layers", "heads", "kv_heads", "neurons", "hidden", "head_dim"];

    /// <summary>The shape as text.</summary>
    /// <param name="shape">The shape.</param>
    /// <returns>A JSON object with all six numbers.</returns>
    public static string Write(ModelShape shape)
    {
        ArrayBufferWriter<byte> buffer = new(128);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        int[] values = [shape.Layers, shape.Heads, shape.KvHeads, shape.Neurons, shape.Hidden, shape.HeadDim];
        for (int i = 0; i < Keys.Length; i++)
        {
            json.WriteNumber(Keys[i], values[i]);
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The shape of a text. <c>kv_heads</c>, <c>hidden</c> and <c>head_dim</c> may be missing and are then 0.</summary>
    /// <param name="where">Where the text stands, for the error.</param>
    /// <param name="text">The text.</param>
    /// <returns>The shape, or what is wrong with the text.</returns>
    public static Either<FloeError, ModelShape> Read(string where, string text)
    {
        int[] values = new int[Keys.Length];
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Bad(where, text);
            }

            foreach (JsonProperty property in JsonText.Members(document.RootElement))
            {
                int key = Array.IndexOf(Keys, property.Name);
                if (key >= 0
                    && (property.Value.ValueKind != JsonValueKind.Number
                        || !property.Value.TryGetInt32(out values[key])
                        || values[key] < 0))
                {
                    return Bad(where, text);
                }
            }
        }
        catch (JsonException)
        {
            return Bad(where, text);
        }

        return values is [> 0, > 0, _, > 0, _, _]
            ? new ModelShape(values[0], values[1], values[2], values[3], values[4], values[5])
            : Bad(where, text);
    }

    private static FloeError.BadData Bad(string where, string text) => new(
        where, "a JSON object with layers, heads and neurons above 0", text.Length > 120
            ? text[..120] + "…"
            : text, "Write the table again, or remove the key.");
}
