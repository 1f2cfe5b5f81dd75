using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Floe.Domain.Text;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Identities;

/// <summary>
/// Every way of changing one place of a value: each stored property of a record at any depth, each item of a collection, its length, the
/// case of a closed hierarchy. A property that is added to a record later is met here without being named; one of a type that is not known
/// here fails the test.
/// </summary>
internal static class Alterations
{
    private const BindingFlags Stored = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The altered values, with the place that was changed.</summary>
    public static IEnumerable<(string Place, object Value)> Of(string place, object value) => value switch
    {
        int n => [(place, n ^ 1), (place, n + 1000)],
        long n => [(place, n ^ 1L)],
        ulong n => [(place, n ^ 1UL)],
        char c => [(place, (char)(c + 1))],
        double d => [(place, Math.BitIncrement(d)), (place, -d - 1)],
        float f => [(place, MathF.BitIncrement(f))],
        bool b => [(place, !b)],
        string s => [(place, s + "x"), (place, s + " "), (place, "")],
        Enum e => Enum.GetValues(e.GetType()).Cast<object>().Where(other => !other.Equals(e)).Select(other => (place, other)),
        SplitPattern p =>
            [(place, Right(SplitPattern.Literal(p.Source + "x"))), (
                place, p.IsLiteral ? Right(SplitPattern.Parse(" ")) : Right(SplitPattern.Literal(p.Source)))],
        Delegate => [],
        IReadOnlyDictionary<string, int> d => OfEntries(place, d),
        IOptional option => OfOption(place, option),
        ITuple tuple => OfMembers(place, value, value.GetType().GetFields().Select(f => (f.Name, f)).Take(tuple.Length)),
        IEnumerable items => OfItems(place, items),
        _ => OfRecord(place, value),
    };

    private static T Right<T>(Either<Floe.Domain.FloeError, T> made) =>
        made.IfLeft(error => throw new InvalidOperationException(error.Message));

    private static IEnumerable<(string, object)> OfEntries(string place, IReadOnlyDictionary<string, int> entries)
    {
        Dictionary<string, int> copy = entries.ToDictionary(e => e.Key, e => e.Value);
        copy[copy.Keys.First()]++;
        yield return (place, copy);
        yield return (place, entries.Skip(1).ToDictionary(e => e.Key, e => e.Value));
    }

    private static IEnumerable<(string, object)> OfOption(string place, IOptional option)
    {
        Type inner = option.GetType().GetGenericArguments()[0];
        object none = Activator.CreateInstance(option.GetType())!;
        if (option.IsNone)
        {
            return [(place, Some(option.GetType(), Sample(inner)))];
        }

        object value = option.MatchUntyped(Some: v => v, None: () => throw new InvalidOperationException());
        return [(place, none), .. Of(place, value).Select(changed => (changed.Place, Some(option.GetType(), changed.Value)))];
    }

    private static object Some(Type option, object value) =>
        option.GetMethod("Some", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [value])!;

    private static object Sample(Type type) => type == typeof(string) ? "s"
        : type == typeof(int) ? (object)3
        : type == typeof(double) ? 0.25
        : type.IsEnum ? Enum.GetValues(type).GetValue(0)!
        : throw new NotSupportedException($"a sample of {type}");

    private static IEnumerable<(string, object)> OfItems(string place, IEnumerable items)
    {
        object[] all = [.. items.Cast<object>()];
        Type item = items.GetType().GetGenericArguments()[0];
        if (all.Length == 0)
        {
            yield break;
        }

        yield return (place + " without its last", Collection(item, all[..^1]));
        yield return (place + " with its last twice", Collection(item, [.. all, all[^1]]));
        foreach (int at in new[] { 0, all.Length / 2, all.Length - 1 }.Distinct())
        {
            foreach ((string changed, object value) in Of($"{place}[{at}]", all[at]))
            {
                yield return (changed, Collection(item, [.. all[..at], value, .. all[(at + 1)..]]));
            }
        }
    }

    private static object Collection(Type item, object[] values)
    {
        System.Array typed = System.Array.CreateInstance(item, values.Length);
        values.CopyTo(typed, 0);
        return Activator.CreateInstance(typeof(Arr<>).MakeGenericType(item), typed)!;
    }

    private static IEnumerable<(string, object)> OfRecord(string place, object record)
    {
        Type type = record.GetType();
        IEnumerable<(string, object)> cases = type.DeclaringType is { IsAbstract: true } parent && type.BaseType == parent
            ? parent.GetNestedTypes().Where(other => other != type && other.GetConstructors().Any(c => c.GetParameters().Length == 0))
                .Select(other => (place, Activator.CreateInstance(other)!))
            : [];
        return cases.Concat(OfMembers(place, record, Fields(type)));
    }

    private static IEnumerable<(string Name, FieldInfo Field)> Fields(Type type) =>
        type.GetFields(Stored).Select(field => (field.Name.Split('<', '>') is [_, var property, ..] ? property : field.Name, field));

    private static IEnumerable<(string, object)> OfMembers(
        string place, object record, IEnumerable<(string Name, FieldInfo Field)> fields) =>
        from member in fields
        from changed in Of($"{place}.{member.Name}", member.Field.GetValue(record)!)
        select (changed.Place, With(record, member.Field, changed.Value));

    private static object With(object record, FieldInfo field, object value)
    {
        object copy = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(record, null)!;
        field.SetValue(copy, value);
        return copy;
    }
}
