using System.Collections.Immutable;

namespace Floe.Domain.Text.Chat;

/// <summary>The filters over lists.</summary>
internal static class ListFilters
{
    /// <summary>The value of <c>value | name(arguments)</c>.</summary>
    public static TemplateValue Apply(string name, TemplateValue value, TemplateCall call) => name switch
    {
        "list" => List(call.Run.Items(call.At, value)),
        "first" => Items(call, value) is [var first, ..] ? first : new TemplateValue.Undefined("the first item of an empty list"),
        "last" => Items(call, value) is [.., var last] ? last : new TemplateValue.Undefined("the last item of an empty list"),
        "reverse" => value is TemplateValue.Words words
            ? new TemplateValue.Words(string.Concat(PythonText.Characters(words.Value).Reverse()))
            : List(Items(call, value).Reverse()),
        "select" => List(Items(call, value).Where(item => Passes(call, item, 0))),
        "reject" => List(Items(call, value).Where(item => !Passes(call, item, 0))),
        "selectattr" => List(Items(call, value).Where(item => Passes(call, Attribute(call, item, First(call)), 1))),
        "rejectattr" => List(Items(call, value).Where(item => !Passes(call, Attribute(call, item, First(call)), 1))),
        "map" => Mapped(call, Items(call, value)),
        "sort" => Sorted(call, Items(call, value)),
        "unique" => Unique(call, Items(call, value)),
        "sum" => Items(call, value).Aggregate(call.Get(1, "start") ?? TemplateValue.Number(0), (sum, item) =>
            TemplateOperators.Apply(
                call.Run, call.At, "+", sum, call.Get(0, "attribute") is { } attribute ? Attribute(call, item, attribute) : item)),
        "min" or "max" => Extreme(call, Items(call, value), name == "max"),
        "dictsort" when value is TemplateValue.Mapping map =>
            List(map.Items.OrderBy(item => item.Key.ToLowerInvariant(), StringComparer.Ordinal)
            .Select(item => (TemplateValue)new TemplateValue.Sequence([new TemplateValue.Words(item.Key), item.Value], IsTuple: true))),
        _ => call.Run.Refuse(FaultKind.Unsupported, call.At, $"the filter {name}"),
    };

    /// <summary>An attribute by its name, members separated by dots.</summary>
    public static TemplateValue Attribute(TemplateCall call, TemplateValue item, TemplateValue name)
    {
        if (TemplateOperators.Whole(name) is not null)
        {
            return TemplateMembers.Index(call.Run, call.At, item, name);
        }

        return call.Run.Text(call.At, name).Split('.').Aggregate(item, (value, part) => value is TemplateValue.Undefined
            ? value
            : TemplateMembers.Index(call.Run, call.At, value, new TemplateValue.Words(part)));
    }

    private static TemplateValue.Sequence List(IEnumerable<TemplateValue> items) => new([.. items]);

    private static ImmutableArray<TemplateValue> Items(TemplateCall call, TemplateValue value) => call.Run.Items(call.At, value);

    private static TemplateValue First(TemplateCall call) => call.Get(0, "attribute")
        ?? call.Run.Refuse(FaultKind.Wrong, call.At, "a filter without the attribute that it looks at");

    private static bool Passes(TemplateCall call, TemplateValue value, int place) => call.Run.Fault is null && (call.Values.Length <= place
        ? value.Holds
        : TemplateTests.Holds(call.Text(place, "test", ""), value, call with { Values = call.Values[(place + 1)..] }));

    private static TemplateValue Mapped(TemplateCall call, ImmutableArray<TemplateValue> items) =>
        call.Get(int.MaxValue, "attribute") is { } attribute
            ? List(items.Select(item => Attribute(call, item, attribute) switch
            {
                TemplateValue.Undefined missing => call.Get(int.MaxValue, "default") ?? missing,
                var found => found,
            }))
            : call.Values.Length > 0
                ? List(items.Select(item => call.Run.Fault is null
                    ? TemplateFilters.Apply(call.Text(0, "filter", ""), item, call with { Values = call.Values[1..] })
                    : item))
                : call.Run.Refuse(FaultKind.Wrong, call.At, "map without an attribute or a filter");

    private static TemplateValue.Sequence Sorted(TemplateCall call, ImmutableArray<TemplateValue> items)
    {
        call.Only("the filter sort", "reverse", "case_sensitive", "attribute");
        bool descending = call.Get(0, "reverse")?.Holds ?? false;
        bool exact = call.Get(1, "case_sensitive")?.Holds ?? false;
        Comparer<TemplateValue> order = Comparer<TemplateValue>.Create(
            (a, b) => call.Run.Fault is null ? TemplateOperators.Order(call.Run, call.At, a, b) ?? 0 : 0);
        TemplateValue Key(TemplateValue item) =>
            (call.Get(2, "attribute") is { } attribute ? Attribute(call, item, attribute) : item) switch
        {
            TemplateValue.Words words when !exact => new TemplateValue.Words(words.Value.ToLowerInvariant()),
            var other => other,
        };

        // A stable sort, as Python's, in both directions.
        return List(descending ? items.OrderByDescending(Key, order) : items.OrderBy(Key, order));
    }

    private static TemplateValue.Sequence Unique(TemplateCall call, ImmutableArray<TemplateValue> items)
    {
        System.Collections.Generic.HashSet<string> seen = new(StringComparer.Ordinal);
        return List(
            items.Where(
                item =>
                    seen.Add(
                        item.TypeName + call.Run.Text(
                            call.At, item is TemplateValue.Words words ? new TemplateValue.Words(words.Value.ToLowerInvariant()) : item))));
    }

    private static TemplateValue Extreme(TemplateCall call, ImmutableArray<TemplateValue> items, bool largest) => items.IsEmpty
        ? new TemplateValue.Undefined("the extreme of an empty list")
        : items.Skip(1)
            .Aggregate(
                items[0], (best, item) => TemplateOperators.Compare(call.Run, call.At, largest ? ">" : "<", item, best) ? item : best);
}
