using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Floe.Domain.Text;
using LanguageExt;

namespace Floe.Effects.Identities;

/// <summary>
/// Any value as a list of named scalars: the one way in which values enter a hash or a key. Records are walked through every property that
/// they store, so that one that is added later cannot be forgotten, and collections to their last item: what a collection prints of itself
/// is cut after some items.
/// </summary>
internal static class Canonical
{
    private const BindingFlags Stored = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, Member[]> Members = new();

    /// <summary>Tells each scalar of a value, in an order that depends on the value alone. Equal values tell the same, different values do
    /// not.</summary>
    /// <param name="name">What the value is called; parts are <c>name.property</c> and <c>name.index</c>.</param>
    /// <param name="value">A scalar, text, option, tuple, record or collection of such. A type that stores what it does not show is a
    /// bug.</param>
    /// <param name="tell">Takes name and value.</param>
    public static void Walk(string name, object? value, Action<string, string> tell)
    {
        switch (value)
        {
            case null:
                tell(name, "none");
                break;
            case string text:
                tell(name, $"\"{text}\"");
                break;
            case bool flag:
                tell(name, flag ? "true" : "false");
                break;
            case Enum or char or byte or short or int or long or uint or ulong:
                tell(name, Convert.ToString(value, CultureInfo.InvariantCulture)!);
                break;
            case double or float:
                tell(name, ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture));
                break;
            case IOptional { IsNone: true }:
                tell(name, "none");
                break;
            case IOptional option:
                Walk(name, option.MatchUntyped(Some: inner => inner, None: () => value), tell);
                break;
            case SplitPattern pattern:
                Walk(name, (pattern.IsLiteral, pattern.Source), tell);
                break;
            case ITuple tuple:
                Items(name, Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), tell);
                break;
            case IDictionary entries:
                Items(name, entries.Keys.Cast<object>()
                    .Select(key => (object?)(key, entries[key]))
                    .OrderBy(Text, StringComparer.Ordinal), tell);
                break;
            case IEnumerable items:
                Items(name, items.Cast<object?>(), tell);
                break;
            default:
                tell(name, value.GetType().Name);
                foreach (Member member in Members.GetOrAdd(value.GetType(), Of))
                {
                    Walk(name.Length == 0 ? member.Word : $"{name}.{member.Word}", member.Property.GetValue(value), tell);
                }

                break;
        }
    }

    private static void Items(string name, IEnumerable<object?> items, Action<string, string> tell)
    {
        int count = 0;
        foreach (object? item in items)
        {
            Walk(string.Create(CultureInfo.InvariantCulture, $"{name}.{count++}"), item, tell);
        }

        tell($"{name}.count", count.ToString(CultureInfo.InvariantCulture));
    }

    private static string Text(object? value)
    {
        List<string> parts = [];
        Walk("", value, (name, scalar) => parts.AddRange([name, scalar]));
        return string.Join('\0', parts);
    }

    // A property counts where the compiler made its field; one that is computed says nothing that the others do not.
    private static Member[] Of(Type type)
    {
        List<FieldInfo> fields = [];
        List<Member> members = [];
        for (Type? at = type; at is not null && at != typeof(object) && at != typeof(ValueType); at = at.BaseType)
        {
            fields.AddRange(at.GetFields(Stored));
            members.AddRange(at.GetProperties(Stored)
                .Where(property => at.GetField($"<{property.Name}>k__BackingField", Stored) is not null)
                .Select(property => new Member(Word(property.Name), property)));
        }

        return fields.Count == members.Count
            ? [.. members.OrderBy(member => member.Word, StringComparer.Ordinal)]
            : throw new NotSupportedException($"{type} stores what its properties do not show; it cannot be part of an identity");
    }

    private static string Word(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private readonly record struct Member(string Word, PropertyInfo Property);
}
