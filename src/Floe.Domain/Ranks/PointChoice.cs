namespace Floe.Domain.Ranks;

/// <summary>Puts a point together dimension by dimension.</summary>
internal static class PointChoice
{
    /// <summary>A point that nobody else is at, where there is one.</summary>
    /// <param name="space">The space.</param>
    /// <param name="avoided">Points that other workers are at.</param>
    /// <param name="pick">From a dimension's number and the places that are left, ascending, to one of them.</param>
    public static Point InOrder(SearchSpace space, IReadOnlySet<Point> avoided, Func<int, int[], int> pick)
    {
        Point[] left = [.. space.Points.Where(point => !avoided.Contains(point))];
        left = left.Length == 0 ? [.. space.Points] : left;
        for (int dimension = 0; dimension < space.Dimensions.Count; dimension++)
        {
            int[] places = [.. left.Select(point => point[dimension]).Distinct()];
            if (places.Length > 1)
            {
                int chosen = pick(dimension, places);
                left = [.. left.Where(point => point[dimension] == chosen)];
            }
        }

        return left[0];
    }
}
