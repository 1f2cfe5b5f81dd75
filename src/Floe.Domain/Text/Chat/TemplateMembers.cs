using System.Collections.Immutable;

namespace Floe.Domain.Text.Chat;

/// <summary>Members, items and slices of values.</summary>
internal static class TemplateMembers
{
    /// <summary><c>value.name</c>: an attribute, else an item.</summary>
    public static TemplateValue Member(TemplateRun run, int at, TemplateValue value, string name) => value switch
    {
        TemplateValue.Undefined undefined => run.Refuse(FaultKind.Wrong, at, $"{undefined.What} is undefined, so it has no {name}"),
        TemplateValue.Space space => space.Members.GetValueOrDefault(name, new TemplateValue.Undefined(name)),
        TemplateValue.Loop loop => Loop(run, at, loop, name),
        _ => TemplateMethods.Find(value, name)
            ?? (value as TemplateValue.Mapping)?.Find(name)
            ?? new TemplateValue.Undefined($"{value.TypeName}.{name}"),
    };

    /// <summary><c>value[index]</c>: an item, else an attribute.</summary>
    public static TemplateValue Index(TemplateRun run, int at, TemplateValue value, TemplateValue index)
    {
        run.Charge(at, 1);
        switch (value, index)
        {
            case (TemplateValue.Undefined undefined, _):
                return run.Refuse(FaultKind.Wrong, at, $"{undefined.What} is undefined, so it has no items");
            case (TemplateValue.Mapping mapping, TemplateValue.Words key):
                return mapping.Find(key.Value) ?? TemplateMethods.Find(value, key.Value) ?? new TemplateValue.Undefined(key.Value);
            case (TemplateValue.Space or TemplateValue.Loop, TemplateValue.Words key):
                return Member(run, at, value, key.Value);
            case (TemplateValue.Sequence sequence, _) when TemplateOperators.Whole(index) is { } place:
                return place >= -sequence.Items.Length && place < sequence.Items.Length
                    ? sequence.Items[(int)(place < 0 ? place + sequence.Items.Length : place)]
                    : new TemplateValue.Undefined($"item {place} of a list of {sequence.Items.Length}");
            case (TemplateValue.Words words, _) when TemplateOperators.Whole(index) is { } place:
                run.Charge(at, words.Value.Length);
                string[] characters = [.. PythonText.Characters(words.Value)];
                return place >= -characters.Length && place < characters.Length
                    ? new TemplateValue.Words(characters[(int)(place < 0 ? place + characters.Length : place)])
                    : new TemplateValue.Undefined($"character {place} of a text of {characters.Length}");
            case (_, TemplateValue.Words name):
                return TemplateMethods.Find(value, name.Value) ?? new TemplateValue.Undefined($"{value.TypeName}.{name.Value}");
            default:
                return new TemplateValue.Undefined($"an item of {value.TypeName}");
        }
    }

    /// <summary><c>value[from:to:step]</c>.</summary>
    public static TemplateValue Slice(
        TemplateRun run, int at, TemplateValue value, TemplateValue? from, TemplateValue? to, TemplateValue? step)
    {
        (long? first, long? last, long? stride) = (Number(run, at, from), Number(run, at, to), Number(run, at, step));
        if (stride == 0)
        {
            return run.Refuse(FaultKind.Wrong, at, "a slice with step 0");
        }

        switch (value)
        {
            case TemplateValue.Sequence sequence:
                run.Count(at, sequence.Items.Length);
                return sequence with { Items = [
                    .. Places(sequence.Items.Length, first, last, stride ?? 1).Select(i => sequence.Items[i])] };
            case TemplateValue.Words words:
                run.Charge(at, words.Value.Length);
                string[] characters = PythonText.IsPlain(words.Value) ? [] : [.. PythonText.Characters(words.Value)];
                int length = characters.Length == 0 ? words.Value.Length : characters.Length;
                IEnumerable<int> places = Places(length, first, last, stride ?? 1);
                return new TemplateValue.Words(
                    characters.Length == 0
                        ? string.Concat(places.Select(i => words.Value[i]))
                        : string.Concat(places.Select(i => characters[i])));
            case TemplateValue.Undefined undefined:
                return run.Refuse(FaultKind.Wrong, at, $"{undefined.What} is undefined, so it has no items");
            default:
                return run.Refuse(FaultKind.Wrong, at, $"a slice of {value.TypeName}");
        }
    }

    private static long? Number(TemplateRun run, int at, TemplateValue? value) => value switch
    {
        null or TemplateValue.Nothing => null,
        _ when TemplateOperators.Whole(value) is { } whole =>
            (long)System.Numerics.BigInteger.Max(-int.MaxValue, System.Numerics.BigInteger.Min(int.MaxValue, whole)),
        _ => run.Wrong<long?>(at, $"a slice bound that is {value.TypeName}", null),
    };

    private static IEnumerable<int> Places(long length, long? from, long? to, long step)
    {
        (long least, long most) = step > 0 ? (0, length) : (-1, length - 1);
        long first = from is { } f ? Math.Clamp(f < 0 ? f + length : f, least, most) : step > 0 ? 0 : length - 1;
        long last = to is { } t ? Math.Clamp(t < 0 ? t + length : t, least, most) : step > 0 ? length : -1;
        for (long i = first; step > 0 ? i < last : i > last; i += step)
        {
            yield return (int)i;
        }
    }

    private static TemplateValue Loop(TemplateRun run, int at, TemplateValue.Loop loop, string name) => name switch
    {
        "index" => TemplateValue.Number(loop.At + 1),
        "index0" => TemplateValue.Number(loop.At),
        "revindex" => TemplateValue.Number(loop.Items.Length - loop.At),
        "revindex0" => TemplateValue.Number(loop.Items.Length - loop.At - 1),
        "first" => new TemplateValue.Truth(loop.At == 0),
        "last" => new TemplateValue.Truth(loop.At == loop.Items.Length - 1),
        "length" => TemplateValue.Number(loop.Items.Length),
        "depth" => TemplateValue.Number(1),
        "depth0" => TemplateValue.Number(0),
        "previtem" => loop.At > 0 ? loop.Items[loop.At - 1] : new TemplateValue.Undefined("loop.previtem of the first item"),
        "nextitem" => loop.At + 1 < loop.Items.Length
            ? loop.Items[loop.At + 1]
            : new TemplateValue.Undefined("loop.nextitem of the last item"),
        "cycle" => new TemplateValue.Callable("loop.cycle", call => call.Values.Length == 0
            ? call.Run.Refuse(FaultKind.Wrong, call.At, "loop.cycle of nothing")
            : call.Values[loop.At % call.Values.Length]),
        _ => run.Refuse(FaultKind.Unsupported, at, $"loop.{name}"),
    };
}
