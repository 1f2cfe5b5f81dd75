using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks;

/// <summary>
/// What a search may try: the product of its dimensions, without those that a condition leaves out. Rank, number of layers and experts are
/// one space; experts may be there for one kind of adapter only.
/// </summary>
internal sealed class SearchSpace
{
    private const int MostPoints = 65_536;

    private readonly Point[] points;

    private SearchSpace(Arr<Dimension> dimensions, Point[] points) => (Dimensions, this.points) = (dimensions, points);

    /// <summary>The dimensions; a condition refers to earlier ones.</summary>
    public Arr<Dimension> Dimensions { get; }

    /// <summary>Every point, the last dimension fastest.</summary>
    public IReadOnlyList<Point> Points => points;

    /// <summary>The space of the ranks of a range.</summary>
    /// <param name="range">The ranks.</param>
    public static SearchSpace Of(RankRange range) => new(
        Array<Dimension>(new Dimension.Whole("rank", range)), [.. Enumerable.Range(0, range.Count).Select(place => new Point([place]))]);

    /// <summary>
    /// A space. Errors: no dimension, two of one name, a dimension without values or with one twice, a condition on what is not an earlier
    /// dimension or has not the value, more than 65,536 points.
    /// </summary>
    /// <param name="dimensions">The dimensions in order.</param>
    public static Either<FloeError, SearchSpace> Create(params Dimension[] dimensions)
    {
        if (Fault(dimensions) is { } fault)
        {
            return fault;
        }

        List<int[]> all = [[]];
        foreach (Dimension dimension in dimensions)
        {
            all = [.. all.SelectMany(prefix => IsThere(dimensions, dimension, prefix)
                ? Enumerable.Range(0, dimension.Count).Select(place => (int[])[.. prefix, place])
                : [[.. prefix, Point.Absent]]).Take(MostPoints + 1)];
            if (all.Count > MostPoints)
            {
                return new FloeError.Usage("space", "at most 65,536 points", "more", "Narrow a dimension.");
            }
        }

        return new SearchSpace(toArray(dimensions), [.. all.Select(places => new Point(places))]);
    }

    /// <summary>A point as text: <c>rank 8, experts 4</c>.</summary>
    /// <param name="point">A point of this space.</param>
    public string Text(Point point) => string.Join(", ", Values(point).Select(v => $"{v.Name} {v.Text}"));

    /// <summary>The dimensions that a point has, with its values as text.</summary>
    /// <param name="point">A point of this space.</param>
    public IEnumerable<(string Name, string Text)> Values(Point point) =>
        from i in Enumerable.Range(0, Dimensions.Count)
        where point[i] != Point.Absent
        select (Dimensions[i].Name, Dimensions[i].Text(point[i]));

    /// <summary>The value of one dimension as text; None where the point does not have it.</summary>
    /// <param name="point">A point of this space.</param>
    /// <param name="name">The dimension's name.</param>
    public Option<string> Value(Point point, string name) =>
        Values(point).Where(v => v.Name == name).Select(v => Some(v.Text)).FirstOrDefault();

    /// <summary>The point of stored values; None where a value is missing or is not one of this space.</summary>
    /// <param name="stored">Stored values by dimension; others are passed over.</param>
    public Option<Point> PointOf(IReadOnlyDictionary<string, double> stored)
    {
        List<int> places = [];
        foreach (Dimension dimension in Dimensions)
        {
            bool there = IsThere(Dimensions, dimension, places);
            Option<int> place = !there ? Some(Point.Absent)
                : stored.TryGetValue(dimension.Name, out double value) ? dimension.Place(value) : None;
            if (place.Case is not int known)
            {
                return None;
            }

            places.Add(known);
        }

        return new Point([.. places]);
    }

    private static bool IsThere(IReadOnlyList<Dimension> dimensions, Dimension dimension, IReadOnlyList<int> prefix) =>
        dimension.When.Case is not Condition when
        || Enumerable.Range(0, prefix.Count).Any(i =>
            dimensions[i].Name == when.Dimension
                && prefix[i] != Point.Absent
                && when.Values.AsEnumerable().Any(value => value == dimensions[i].Text(prefix[i])));

    private static FloeError.Usage? Fault(Dimension[] dimensions)
    {
        for (int i = 0; i < dimensions.Length; i++)
        {
            Dimension one = dimensions[i];
            if (dimensions.Take(i).Any(d => d.Name == one.Name))
            {
                return new(one.Name, "each dimension once", "two of this name", "Give each dimension a name of its own.");
            }

            if (one.Count == 0 || (one is Dimension.Choice choice && choice.Words.AsEnumerable().Distinct().Count() != choice.Count))
            {
                return new(one.Name, "at least one value, each once", one.Count == 0 ? "none" : "one twice", "Correct the list of values.");
            }

            if (one.When.Case is Condition when && !dimensions.Take(i).Any(d => d.Name == when.Dimension
                && when.Values.AsEnumerable().All(value => Enumerable.Range(0, d.Count).Any(place => d.Text(place) == value))))
            {
                return new(
                    one.Name, "a condition on values of an earlier dimension",
                        $"{when.Dimension} = {string.Join(" or ", when.Values.AsEnumerable())}", "Correct the condition.");
            }
        }

        return dimensions.Length == 0 ? new("space", "at least one dimension", "none", "Name what is searched.") : null;
    }
}
