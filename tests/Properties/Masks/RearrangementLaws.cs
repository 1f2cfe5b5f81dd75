using Floe.Domain.Masks;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Masks;

public sealed class RearrangementLaws(ITestOutputHelper output)
{
    /// <summary>Gradients in small whole numbers, so that lengths are exact and many are equal.</summary>
    public sealed record Wish(TableCase Table, int Batches, int Seed)
    {
        public double[] Gradients
        {
            get
            {
                Random random = new(Seed);
                return [.. Enumerable.Range(0, Batches * Table.Fisher.Length).Select(_ => (double)random.Next(-4, 5))];
            }
        }

        public BinaryMasks Masks => Determination.Run(Table.Order, Table.Cost);

        public BinaryMasks Rearranged =>
            Rearrangement.Run(Masks, Gradients, Batches).IfLeft(e => throw new InvalidOperationException(e.Message));
    }

    private static Arbitrary<Wish> Wishes { get; } = Arb.From(
        from table in Generators.Crowded.Generator
        from batches in Gen.Choose(1, 20)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Wish(table, batches, seed));

    [Fact]
    public void ItIsTheSinglePassStepByStep() => Law.Check(
        output, Wishes, w => w.Rearranged.Kept.SequenceEqual(Naive(w)), w => w.Table.Size, w => !w.Rearranged.Equals(w.Masks));

    [Fact]
    public void EveryComponentMasksAsManyAsBefore() => Law.Check(output, Wishes, w => Enumerable.Range(0, w.Table.Layers).All(layer =>
        Enum.GetValues<Floe.Domain.Scores.Component>().All(component =>
            w.Rearranged.OfComponent(layer, component).Count(true) == w.Masks.OfComponent(layer, component).Count(true))), w =>
                w.Table.Size);

    private static bool[] Naive(Wish w)
    {
        double[] gradients = w.Gradients;
        int units = w.Table.Fisher.Length;
        bool[] kept = w.Masks.Kept.ToArray();
        foreach (
            IGrouping<(int, bool), int> component in Enumerable.Range(0, units)
                .GroupBy(u => (u / (w.Table.Heads + w.Table.Neurons), w.Table.IsHead(u))))
        {
            double[] Vector(int unit) => [.. Enumerable.Range(0, w.Batches).Select(b => gradients[(b * units) + unit])];
            double Square(double[] v) => v.Sum(x => x * x);
            int[] ascending = [.. component.OrderBy(u => Square(Vector(u)))];
            List<int> members = [.. ascending.Take(component.Count(u => !kept[u]))];
            if (members.Count == 0)
            {
                continue;
            }

            foreach (int candidate in ascending.Skip(members.Count).ToArray())
            {
                members.Add(candidate);
                members.Remove(members.MinBy(left => Square(
                    [.. Enumerable.Range(0, w.Batches).Select(b => members.Where(m => m != left).Sum(m => gradients[(b * units) + m]))])));
            }

            foreach (int unit in component)
            {
                kept[unit] = !members.Contains(unit);
            }
        }

        return kept;
    }
}
