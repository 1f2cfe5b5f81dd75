using System.Globalization;
using System.Text;

namespace Floe.Domain.Text.Chat;

/// <summary>Values as JSON, as Python's <c>json.dumps</c> writes them without escaping what is not ASCII.</summary>
internal static class PythonJson
{
    private const int Deepest = 100;
    private const int MostIndent = 64;

    /// <summary>The JSON of a value: filter <c>tojson</c>.</summary>
    public static TemplateValue Of(TemplateCall call, TemplateValue value)
    {
        call.Only("the filter tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        int indent = call.Get(1, "indent") is null or TemplateValue.Nothing ? -1 : Math.Clamp(call.Count(1, "indent", 0), 0, MostIndent);
        (string item, string key) = (indent < 0 ? ", " : ",", ": ");
        if (call.Get(2, "separators") is TemplateValue.Sequence { Items: [TemplateValue.Words first, TemplateValue.Words second] })
        {
            (item, key) = (first.Value, second.Value);
        }

        StringBuilder text = new();
        new Writer(call, text, indent, item, key, call.Get(0, "ensure_ascii")?.Holds ?? false, call.Get(3, "sort_keys")?.Holds ?? false)
            .Write(value, 0);
        call.Run.Charge(call.At, text.Length);
        return new TemplateValue.Words(text.ToString());
    }

    private sealed record Writer(
        TemplateCall Call, StringBuilder Text, int Indent, string ItemSign, string KeySign, bool Ascii, bool Sorted)
    {
        public void Write(TemplateValue value, int depth)
        {
            Call.Run.Charge(Call.At, 1);
            if (depth > Deepest || Call.Run.Fault is not null)
            {
                _ = Call.Run.Refuse(FaultKind.Limit, Call.At, $"a value of more than {Deepest} levels");
                return;
            }

            switch (value)
            {
                case TemplateValue.Nothing:
                    Text.Append("null");
                    break;
                case TemplateValue.Truth truth:
                    Text.Append(truth.Value ? "true" : "false");
                    break;
                case TemplateValue.Whole whole:
                    Text.Append(whole.Value.ToString(CultureInfo.InvariantCulture));
                    break;
                case TemplateValue.Real real:
                    Text.Append(
                        double.IsNaN(real.Value)
                            ? "NaN"
                            : double.IsInfinity(real.Value)
                            ? real.Value > 0
                            ? "Infinity"
                            : "-Infinity"
                            : PythonText.Of(real.Value));
                    break;
                case TemplateValue.Words words:
                    Quote(words.Value);
                    break;
                case TemplateValue.Sequence sequence:
                    Items('[', ']', sequence.Items, depth, item => Write(item, depth + 1));
                    break;
                case TemplateValue.Mapping mapping:
                    Items<KeyValuePair<string, TemplateValue>>(
                        '{', '}', Sorted ? mapping.Items.OrderBy(item => item.Key, StringComparer.Ordinal) : mapping.Items, depth, item =>
                    {
                        Quote(item.Key);
                        Text.Append(KeySign);
                        Write(item.Value, depth + 1);
                    });
                    break;
                default:
                    _ = Call.Run.Refuse(FaultKind.Wrong, Call.At, $"{value.TypeName}, which has no JSON");
                    break;
            }
        }

        private void Items<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> write)
        {
            Text.Append(open);
            bool first = true;
            foreach (T item in items)
            {
                Text.Append(first ? "" : ItemSign);
                Line(depth + 1);
                write(item);
                first = false;
            }

            if (!first)
            {
                Line(depth);
            }

            Text.Append(close);
        }

        private void Line(int depth)
        {
            if (Indent >= 0)
            {
                Text.Append('\n').Append(' ', Indent * depth);
            }
        }

        private void Quote(string value)
        {
            Text.Append('"');
            foreach (char c in value)
            {
                _ = c switch
                {
                    '"' => Text.Append("\\\""),
                    '\\' => Text.Append("\\\\"),
                    '\n' => Text.Append("\\n"),
                    '\r' => Text.Append("\\r"),
                    '\t' => Text.Append("\\t"),
                    '\b' => Text.Append("\\b"),
                    '\f' => Text.Append("\\f"),
                    _ when c < ' ' || (Ascii && c > '~') => Text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => Text.Append(c),
                };
            }

            Text.Append('"');
        }
    }
}
