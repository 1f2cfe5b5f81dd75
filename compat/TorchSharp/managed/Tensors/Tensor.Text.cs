using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor as text: its metadata, or its elements in nested brackets.</summary>
    public partial class Tensor
    {
        private const string DefaultFormat = "g5";

        public string ToString(
            bool disamb, string fltFormat = null, int? width = null, CultureInfo cultureInfo = null, string newLine = null) =>
            disamb ? ToString(TensorStringStyle.Julia, fltFormat, width, cultureInfo, newLine) : ToString();

        /// <summary>
        /// Elements row by row. Lines are broken after the last but one dimension; a row longer than <paramref name="width"/> keeps its two ends.
        /// </summary>
        public string ToString(
            TensorStringStyle style, string fltFormat = null, int? width = null, CultureInfo cultureInfo = null, string newLine = null)
        {
            if (style is TensorStringStyle.Metadata or TensorStringStyle.Default)
            {
                return ToString();
            }

            using Tensor numbers = is_floating_point() ? to_type(ScalarType.Float64) : cpu();
            object[] elements = Elements(numbers);
            StringBuilder text = new();
            if (style == TensorStringStyle.Julia)
            {
                text.Append(Describe()).Append(newLine ?? Environment.NewLine);
            }

            (string open, string close) = style == TensorStringStyle.CSharp ? ("{", "}") : ("[", "]");
            Layout layout = new(open, close, fltFormat ?? DefaultFormat, width ?? 100, cultureInfo ?? CultureInfo.InvariantCulture, newLine ?? Environment.NewLine);
            Append(text, elements, shape, layout);
            return text.ToString();
        }

        private readonly record struct Layout(string Open, string Close, string Format, int Width, CultureInfo Culture, string NewLine);

        private static object[] Elements(Tensor tensor)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor local = tensor.cpu();
            return local.dtype switch
            {
                ScalarType.Float64 => local.data<double>().Cast<object>().ToArray(),
                ScalarType.Bool => local.data<bool>().Cast<object>().ToArray(),
                _ => local.to_type(ScalarType.Int64).data<long>().Cast<object>().ToArray(),
            };
        }

        private static void Append(StringBuilder text, ReadOnlySpan<object> elements, ReadOnlySpan<long> lengths, Layout layout)
        {
            if (lengths.Length == 0)
            {
                text.Append(Number(elements[0], layout));
                return;
            }

            int part = lengths[0] == 0 ? 0 : elements.Length / (int)lengths[0];
            string separator = lengths.Length == 1 ? ", " : "," + layout.NewLine;
            text.Append(layout.Open);
            for (int i = 0; i < lengths[0]; i++)
            {
                if (i > 0)
                {
                    text.Append(separator);
                }

                int room = Math.Max(layout.Width / 8, 6);
                if (lengths.Length == 1 && lengths[0] > room && i == room / 2)
                {
                    text.Append("...").Append(separator);
                    i = (int)lengths[0] - (room / 2);
                }

                Append(text, elements.Slice(i * part, part), lengths[1..], layout);
            }

            text.Append(layout.Close);
        }

        private static string Number(object value, Layout layout) => value is double number
            ? number.ToString(layout.Format, layout.Culture)
            : Convert.ToString(value, layout.Culture);
    }
}
