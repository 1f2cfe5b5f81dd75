using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain.Ranks.Studies;

/// <summary>What the trainings of one point say of it: one observation with a variance.</summary>
/// <param name="Point">The point.</param>
/// <param name="Seeds">How many trainings.</param>
/// <param name="Mean">Mean loss, nats.</param>
/// <param name="Deviation">Standard deviation over seeds, without what a seed does to all points alike where that is known; None for one
/// training.</param>
/// <param name="WithinNoise">Whether it cannot be told from the best.</param>
internal sealed record PointSummary(Point Point, int Seeds, double Mean, Option<double> Deviation, bool WithinNoise);

/// <summary>The answer of a study, with its doubt (<see cref="RankVerdict"/>).</summary>
/// <param name="Points">Every point that was trained, in the order of the space.</param>
/// <param name="Best">The point of lowest mean loss.</param>
/// <param name="Answer">The first point of the space within noise: the smallest rank.</param>
/// <param name="Noise">Standard deviation of one training; None where no point was trained twice.</param>
/// <param name="Sentence">The answer in words.</param>
internal sealed record StudyVerdict(Arr<PointSummary> Points, PointSummary Best, PointSummary Answer, Option<double> Noise, string Sentence)
{
    /// <summary>Judges a study. Errors: no training that ended.</summary>
    /// <param name="space">What it searches.</param>
    /// <param name="study">The study.</param>
    /// <param name="steps">Steps of a whole training.</param>
    public static Either<FloeError, StudyVerdict> Of(SearchSpace space, RankStudy study, int steps)
    {
        Dictionary<Point, int> places = space.Points.Select((point, place) => (point, place)).ToDictionary(p => p.point, p => p.place);
        int first = space.Dimensions.AsEnumerable().ToArray() is [Dimension.Whole only] ? only.Range.Low : 0;
        bool ranks = space.Dimensions.Count == 1 && space.Dimensions[0] is Dimension.Whole { Name: "rank" };
        return RankVerdict.Paired([.. study.Trainings(steps).Select(t => (first + places[t.Point], t.Seed, t.Loss))]).Map(verdict =>
        {
            Arr<PointSummary> points = verdict.Summaries.Map(s => new PointSummary(
                space.Points[s.Rank - first], s.Seeds, s.Mean, s.Deviation, verdict.WithinNoise.AsEnumerable()
                    .Any(rank => rank == s.Rank)));
            PointSummary Of(int rank) => points.AsEnumerable().First(p => p.Point.Equals(space.Points[rank - first]));
            (PointSummary best, PointSummary answer) = (Of(verdict.Best), Of(verdict.Answer));
            return new StudyVerdict(points, best, answer, verdict.Noise, ranks ? verdict.Sentence : InWords(space, points, best, answer));
        });
    }

    private static string InWords(SearchSpace space, Arr<PointSummary> points, PointSummary best, PointSummary answer)
    {
        int others = points.Count(p => p.WithinNoise) - 1;
        string lowest = string.Create(CultureInfo.InvariantCulture, $"{space.Text(best.Point)} has the lowest mean loss");
        return others == 0
            ? $"{lowest}; no other trained point is known to be within noise of it."
            : string.Create(CultureInfo.InvariantCulture, $"{lowest}; {others} more {(others == 1 ? "is" : "are")} within noise of it, and "
                + $"{space.Text(answer.Point)} is the first of them.");
    }
}
