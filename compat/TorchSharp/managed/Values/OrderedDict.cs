using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp.Utils;

/// <summary>A dictionary that keeps the order of insertion, seen as pairs or by key.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)>
{
    private readonly List<(TKey Key, TValue Value)> list = [];
    private readonly Dictionary<TKey, TValue> values = [];

    /// <summary>The pairs, for queries: the two enumerable faces of this class leave those ambiguous.</summary>
    internal IReadOnlyList<(TKey Key, TValue Value)> Pairs => list;

    public int Count => list.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => list.Select(pair => pair.Key).ToList();

    public ICollection<TValue> Values => list.Select(pair => pair.Value).ToList();

    public (TKey, TValue) this[int index]
    {
        get => list[index];
        set
        {
            values.Remove(list[index].Key);
            values.Add(value.Item1, value.Item2);
            list[index] = value;
        }
    }

    public TValue this[TKey key]
    {
        get => values[key];
        set
        {
            if (values.ContainsKey(key))
            {
                list[list.FindIndex(pair => pair.Key.Equals(key))] = (key, value);
            }
            else
            {
                list.Add((key, value));
            }

            values[key] = value;
        }
    }

    public void clear() => Clear();

    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    public void Add(TKey key, TValue value)
    {
        values.Add(key, value);
        list.Add((key, value));
    }

    public void Add((TKey, TValue) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<TKey, TValue> item) => Add(item.Key, item.Value);

    public bool ContainsKey(TKey key) => values.ContainsKey(key);

    public bool Contains((TKey, TValue) item) => list.Contains(item);

    public bool Contains(KeyValuePair<TKey, TValue> item) => list.Contains((item.Key, item.Value));

    public bool TryGetValue(TKey key, out TValue value) => values.TryGetValue(key, out value);

    public int IndexOf((TKey, TValue) item) => list.IndexOf(item);

    public void Insert(int index, (TKey, TValue) item)
    {
        values.Add(item.Item1, item.Item2);
        list.Insert(index, item);
    }

    public bool Remove(TKey key)
    {
        list.RemoveAll(pair => pair.Key.Equals(key));
        return values.Remove(key);
    }

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index)
    {
        values.Remove(list[index].Key);
        list.RemoveAt(index);
    }

    public void Clear()
    {
        list.Clear();
        values.Clear();
    }

    public void CopyTo((TKey, TValue)[] array, int arrayIndex) => list.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex) =>
        list.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)).ToArray().CopyTo(array, arrayIndex);

    public IEnumerator<(TKey, TValue)> GetEnumerator() => list.Select(pair => (pair.Key, pair.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() =>
        list.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)).GetEnumerator();
}
