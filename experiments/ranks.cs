#!/usr/bin/env dotnet
#:project ../src/Floe.Domain/Floe.Domain.csproj
#:property PublishAot=false

// What each sampler would have found on a stored grid of ranks: dotnet run experiments/ranks.cs FOLDER [ORDERS], where floe ranks export wrote trials.csv and
// trainings.csv of a study that trained every rank. An observation is the mean over seeds, as in a study. 200 orders: mean regret and its 95 % interval.
using System.Globalization;
using Floe.Domain.Ranks;
using Floe.Domain.Ranks.Studies;

const int MostProposals = 30; // Later ones seldom bring a rank that is new, and each costs as much as all before it.
int orders = args is [_, var counted, ..] ? int.Parse(counted, CultureInfo.InvariantCulture) : 200;
string folder = args is [var given, ..] ? given : "data/smollm2/ranks-gsm8k";
Dictionary<int, int> rankOf = Rows("trials.csv").Where(r => r["state"] == "Complete").ToDictionary(r => Whole(r["trial"]), r => Whole(r["rank"]));
(int Rank, int Step, double Loss)[] losses = [.. Rows("trainings.csv").Where(r => rankOf.ContainsKey(Whole(r["trial"]))).Select(r => (rankOf[Whole(r["trial"])], Whole(r["step"]), Real(r["loss"])))];
int[] steps = [.. losses.Select(l => l.Step).Distinct().Order()];
Dictionary<(int Rank, int Step), double> mean = losses.GroupBy(l => (l.Rank, l.Step)).ToDictionary(g => g.Key, g => g.Average(l => l.Loss));
int[] ranks = [.. losses.Where(l => l.Step == steps[^1]).Select(l => l.Rank).Distinct().Order()];
RankRange range = RankRange.Create(ranks[0], ranks[^1]).IfLeft(RankRange.Default);
if (!ranks.SequenceEqual(range.Ranks))
{
    Console.Error.WriteLine($"expected every rank from {range.Low} to {range.High}, found {string.Join(' ', ranks)}. Let floe ranks --sampler grid end first.");
    return 3;
}

double best = range.Ranks.Min(r => mean[(r, steps[^1])]);
(string Name, RankSampler Sampler)[] samplers =
[
    ("tpe", new RankSampler.Parzen(new TpeOptions())),
    ("tpe, 4 first", new RankSampler.Parzen(new TpeOptions(StartUp: 4))),
    ("tpe:24, 4 first", new RankSampler.Parzen(new TpeOptions(4, 24))),
    ("random", new RankSampler.Random()),
    ("gp", new RankSampler.Gaussian()),
];
int[] shown = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15];
Console.WriteLine($"| sampler | {string.Join(" | ", shown.Where(k => k <= ranks.Length).Select(k => $"k = {k}"))} | ranks until the best, mean |");
Console.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", shown.Count(k => k <= ranks.Length) + 1))}");
foreach ((string name, RankSampler sampler) in samplers)
{
    double[][] regrets = [.. Enumerable.Range(0, orders).Select(order => Regrets(sampler, (uint)order))];
    string[] cells =
    [
        .. shown.Where(k => k <= ranks.Length).Select(k =>
        {
            double[] at = [.. regrets.Select(r => r[k - 1])];
            double m = at.Average(), s = Math.Sqrt(at.Sum(x => (x - m) * (x - m)) / (orders - 1));
            return string.Create(CultureInfo.InvariantCulture, $"{1000 * m:F1} ± {1000 * 1.96 * s / Math.Sqrt(orders):F1}");
        }),
        regrets.Average(r => 1 + Array.FindIndex(r, x => x == 0) is var at and > 0 ? at : ranks.Length).ToString("F1", CultureInfo.InvariantCulture),
    ];
    Console.WriteLine($"| {name} | {string.Join(" | ", cells)} |");
}

// Halving looks at the stored rungs only, and its outcome does not depend on an order.
foreach (int[] rungs in new[] { steps, [steps[0], steps[^1]] }.Where(r => r.Length > 1).DistinctBy(r => r.Length))
{
    int eta = (int)Math.Round((double)rungs[1] / rungs[0]);
    int[] left = [.. range.Ranks];
    double cost = left.Length * rungs[0];
    for (int i = 0; i + 1 < rungs.Length; i++)
    {
        left = [.. SuccessiveHalving.Best([.. left.Select(r => mean[(r, rungs[i])])], eta).Select(at => left[at])];
        cost += left.Length * (rungs[i + 1] - rungs[i]);
    }

    double found = left.Min(r => mean[(r, steps[^1])]);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"halving, η = {eta}, rungs {string.Join(", ", rungs)}: regret {1000 * (found - best):F1} millinats for the steps of {cost / steps[^1]:F1} whole ranks; kept {string.Join(", ", left)}"));
}

return 0;

// The regret after each rank that was trained: repeats cost nothing and are not counted.
double[] Regrets(RankSampler sampler, uint seed)
{
    List<Observation> history = [];
    HashSet<int> trained = [];
    List<double> regrets = [];
    double lowest = double.PositiveInfinity;
    while (trained.Count < ranks.Length && history.Count < MostProposals)
    {
        int rank = sampler.Next(range, history, seed).Rank;
        double loss = mean[(rank, steps[^1])];
        history.Add(new Observation(rank, loss));
        lowest = Math.Min(lowest, loss);
        if (trained.Add(rank))
        {
            regrets.Add(lowest - best);
        }
    }

    return [.. regrets, .. Enumerable.Repeat(lowest - best, ranks.Length - regrets.Count)];
}

IEnumerable<Dictionary<string, string>> Rows(string file)
{
    string[][] lines = [.. File.ReadAllLines(Path.Combine(folder, file)).Select(line => line.Split(','))];
    return lines[1..].Select(cells => lines[0].Zip(cells).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}

static int Whole(string text) => (int)double.Parse(text, CultureInfo.InvariantCulture);

static double Real(string text) => double.Parse(text, CultureInfo.InvariantCulture);
