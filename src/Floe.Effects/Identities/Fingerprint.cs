using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Floe.Domain.Training;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Identities;

/// <summary>Something that decides a result.</summary>
/// <param name="Name">Such as <c>training.steps</c>.</param>
/// <param name="Value">As text, whole.</param>
internal readonly record struct Fact(string Name, string Value);

/// <summary>
/// Everything that decides a result, by name. Two results are of the same making where their fingerprints have the same hash; where they
/// are not, the facts say what differs.
/// </summary>
/// <param name="Facts">In the order in which they are hashed.</param>
internal sealed record Fingerprint(Arr<Fact> Facts)
{
    private const int Shown = 4;

    /// <summary>SHA-256 over the facts, each text with its length before it; lower-case hexadecimal.</summary>
    public string Sha256 => Hash(tell => Facts.Iter(fact => tell(fact.Name, fact.Value)));

    /// <summary>The facts of values: records by their properties, collections by their items, all of them.</summary>
    /// <param name="parts">Name and value.</param>
    public static Fingerprint Of(params (string Name, object? Value)[] parts)
    {
        List<Fact> facts = [];
        foreach ((string name, object? value) in parts)
        {
            Canonical.Walk(name, value, (at, text) => facts.Add(new Fact(at, text)));
        }

        return new Fingerprint(toArray(facts));
    }

    /// <summary>SHA-256 of one value, of which only that is kept; lower-case hexadecimal.</summary>
    /// <param name="value">See <see cref="Canonical.Walk"/>.</param>
    public static string OfValue(object value) => Hash(tell => Canonical.Walk("", value, tell));

    /// <summary>
    /// SHA-256 of samples in their order: for each the number of its tokens, their ids and which of them are supervised, as little-endian
    /// int32 and bytes; lower-case hexadecimal. What <c>floe.data</c> of a table and <c>data</c> of an evaluation say.
    /// </summary>
    /// <param name="samples">The samples.</param>
    public static string OfSamples(IEnumerable<TokenizedSample> samples)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TokenizedSample sample in samples)
        {
            AddLength(hash, sample.Ids.Count);
            hash.AppendData(Bytes(sample.Ids.ToArray()));
            hash.AppendData([.. sample.Supervised.Select(on => (byte)(on ? 1 : 0))]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of numbers, as little-endian float32; lower-case hexadecimal.</summary>
    /// <param name="values">The numbers.</param>
    public static string OfNumbers(ReadOnlySpan<float> values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)));

    /// <summary>What differs from another fingerprint, for a person: the first few facts, and how many more.</summary>
    /// <param name="there">The other one.</param>
    /// <returns>Such as <c>training.steps is 300 there, 310 here</c>; empty where nothing differs.</returns>
    public string Differences(Fingerprint there)
    {
        Dictionary<string, string> mine = Named(this);
        Dictionary<string, string> theirs = Named(there);
        string[] different =
        [
            .. Facts.Concat(there.Facts.AsEnumerable()).Select(fact => fact.Name).Distinct()
                .Where(name => mine.GetValueOrDefault(name) != theirs.GetValueOrDefault(name))
                .Select(name => $"{name} is {Short(theirs.GetValueOrDefault(name))} there, {Short(mine.GetValueOrDefault(name))} here"),
        ];
        string more = different.Length > Shown ? string.Create(CultureInfo.InvariantCulture, $"; and {different.Length - Shown} more") : "";
        return string.Join("; ", different.Take(Shown)) + more;
    }

    private static Dictionary<string, string> Named(Fingerprint one) =>
        one.Facts.GroupBy(fact => fact.Name).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);

    private static string Short(string? value) => value switch
    {
        null => "not said",
        { Length: 64 } when value.All(char.IsAsciiHexDigitLower) => value[..8] + "…",
        { Length: > 40 } => value[..40] + "…",
        _ => value,
    };

    private static string Hash(Action<Action<string, string>> walk)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        walk((name, value) =>
        {
            Add(hash, name);
            Add(hash, value);
        });
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // UTF-16, so that texts that are no sound Unicode differ too.
    private static void Add(IncrementalHash hash, string text)
    {
        AddLength(hash, text.Length);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static void AddLength(IncrementalHash hash, int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        hash.AppendData(bytes);
    }

    private static byte[] Bytes(int[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(int)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), values[i]);
        }

        return bytes;
    }
}
