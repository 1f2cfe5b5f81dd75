using Floe.Domain;
using LanguageExt;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using static LanguageExt.Prelude;

namespace Floe.Effects.Plans;

/// <summary>
/// Reads one YAML document into a tree. Anchors, aliases, tags and a second document are refused, so that a small file cannot stand for a
/// large tree; size and depth are bounded, and the stack does not grow with the depth.
/// </summary>
internal static class YamlTree
{
    /// <summary>Most bytes of a plan.</summary>
    public const int MostBytes = 1 << 20;
    private const int MostDepth = 16;

    /// <summary>Reads a text.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">The text.</param>
    /// <returns>The root, or what is wrong with line and column.</returns>
    public static Either<FloeError, YamlNode> Read(string file, string text)
    {
        if (text.Length > MostBytes)
        {
            return new FloeError.BadData(file, "a plan of at most 1 MiB", $"{text.Length} characters", "Check that it is the plan.");
        }

        if (YamlFault.Control(file, text).Case is FloeError unseen)
        {
            return unseen;
        }

        Parser parser = new(new Scanner(new StringReader(text), skipComments: true));
        try
        {
            return Build(file, parser);
        }
        catch (YamlException fault)
        {
            return YamlFault.Of(file, text, fault.Start);
        }
        catch (InvalidOperationException)
        {
            // What YamlDotNet throws where a list of one line is not closed.
            return YamlFault.Of(file, text, parser.Current?.Start ?? Mark.Empty);
        }
    }

    private static Either<FloeError, YamlNode> Build(string file, Parser parser)
    {
        Stack<Open> open = new();
        YamlNode? root = null;
        int documents = 0;
        while (parser.MoveNext())
        {
            ParsingEvent at = parser.Current!;
            YamlNode? done = null;
            switch (at)
            {
                case DocumentStart when ++documents > 1:
                    return Refused(file, at, "one document", "a second one");
                case AnchorAlias:
                    return Refused(file, at, "values written out", "an alias (*)");
                case NodeEvent node when !node.Anchor.IsEmpty || !(node.Tag.IsEmpty || node.Tag.IsNonSpecific):
                    return Refused(file, at, "plain values", "an anchor (&) or a tag (!)");
                case Scalar scalar:
                    done = new YamlNode.Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain, at.Start.Line, at.Start.Column);
                    break;
                case MappingStart or SequenceStart when open.Count == MostDepth:
                    return Refused(file, at, $"at most {MostDepth} levels", "a deeper one");
                case MappingStart or SequenceStart:
                    open.Push(new Open(at is MappingStart, at.Start.Line, at.Start.Column, []));
                    break;
                case MappingEnd or SequenceEnd:
                    Either<FloeError, YamlNode> closed = Close(file, open.Pop());
                    if (closed.IsLeft)
                    {
                        return closed;
                    }

                    done = closed.IfLeft(() => null!);
                    break;
            }

            if (done is not null && open.TryPeek(out Open? parent))
            {
                parent.Children.Add(done);
            }
            else if (done is not null)
            {
                root = done;
            }
        }

        return root is null
            ? new FloeError.BadData(file, "a plan", "an empty file", "Start from one of the plans under plans/.")
            : Right<FloeError, YamlNode>(root);
    }

    private static Either<FloeError, YamlNode> Close(string file, Open open)
    {
        if (!open.IsMap)
        {
            return new YamlNode.List(toArray(open.Children), open.Line, open.Column);
        }

        List<(YamlNode.Scalar Key, YamlNode Value)> entries = [];
        System.Collections.Generic.HashSet<string> keys = new(StringComparer.Ordinal);
        for (int i = 0; i + 1 < open.Children.Count; i += 2)
        {
            if (open.Children[i] is not YamlNode.Scalar key || !keys.Add(key.Text))
            {
                YamlNode wrong = open.Children[i];
                return new FloeError.BadData(
                    $"{file}, line {wrong.Line}, column {wrong.Column}", "each key once, a plain word", wrong.Kind,
                        "Remove or rename the key.");
            }

            entries.Add((key, open.Children[i + 1]));
        }

        return new YamlNode.Map(toArray(entries), open.Line, open.Column);
    }

    private static FloeError.BadData Refused(string file, ParsingEvent at, string expected, string found) =>
        new(At(file, at.Start), expected, found, "Write the value out.");

    private static string At(string file, Mark mark) => $"{file}, line {mark.Line}, column {mark.Column}";

    private sealed record Open(bool IsMap, long Line, long Column, List<YamlNode> Children);
}
