using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The lengths of a tensor's dimensions.</summary>
    public struct Size : IEnumerable<long>
    {
        private readonly long[] shape;

        public Size(params long[] shape) => this.shape = shape;

        public Size(IEnumerable<long> shape) => this.shape = shape.ToArray();

        public readonly long[] Shape => shape ?? Array.Empty<long>();

        public readonly int Length => Shape.Length;

        public readonly bool IsEmpty => Shape.Length == 0;

        public readonly long this[int idx] => Shape[idx];

        public readonly long numel() => Shape.Aggregate(1L, (product, length) => product * length);

        public readonly IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        readonly IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public static implicit operator Size(long size) => new(size);

        public static implicit operator Size((long, long) size) => new(size.Item1, size.Item2);

        public static implicit operator Size((long, long, long) size) => new(size.Item1, size.Item2, size.Item3);

        public static implicit operator Size((long, long, long, long) size) => new(size.Item1, size.Item2, size.Item3, size.Item4);

        public static implicit operator Size(long[] size) => new(size);
    }
}
