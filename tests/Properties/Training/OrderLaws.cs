using Floe.Domain.Training;
using Floe.Tests.Properties.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Floe.Tests.Properties.Training;

/// <summary>Laws of the order of samples and of the learning rate.</summary>
public sealed class OrderLaws(ITestOutputHelper output)
{
    private static readonly Arbitrary<SampleOrder> Orders = Arb.From(
        from count in Gen.Choose(1, 60)
        from batch in Gen.Choose(1, 12)
        from seed in Gen.Choose(-1000, 1000)
        select new SampleOrder(count, batch, seed));

    private static readonly Arbitrary<Schedule> Schedules = Arb.From(
        from steps in Gen.Choose(1, 50)
        from rise in Gen.Choose(0, steps)
        from form in Gen.Elements(WarmUp.FromFirst, WarmUp.FromZero)
        from fall in Gen.Elements(Decay.Cosine, Decay.Linear, Decay.Constant)
        select new Schedule(1e-3, steps, rise, form, fall));

    [Fact]
    public void EverySampleComesOnceAnEpoch() => Check(Orders, order =>
        Enumerable.Range(0, 3).All(epoch => Enumerable.Range(epoch * order.StepsPerEpoch, order.StepsPerEpoch)
            .SelectMany(order.Step).Order().SequenceEqual(Enumerable.Range(0, order.Count))));

    [Fact]
    public void NoBatchIsEmptyOrTooLarge() => Check(Orders, order =>
        Enumerable.Range(0, 2 * order.StepsPerEpoch)
            .All(step => order.Step(step).Length is int taken && taken > 0 && taken <= order.Batch));

    [Fact]
    public void TheOrderDependsOnTheSeedAndTheStepAlone() => Check(Orders, order =>
        Enumerable.Range(0, 5)
            .Reverse()
            .All(step => order.Step(step).SequenceEqual(new SampleOrder(order.Count, order.Batch, order.Seed).Step(step))));

    [Fact]
    public void OtherSeedsAndOtherEpochsGiveOtherOrders()
    {
        SampleOrder order = new(50, 4, 42);
        Assert.False(order.Epoch(0).SequenceEqual(order.Epoch(1)));
        Assert.False(order.Epoch(0).SequenceEqual((order with { Seed = 43 }).Epoch(0)));
        Assert.False(order.Epoch(1).SequenceEqual((order with { Seed = 43 }).Epoch(0)));
    }

    [Fact]
    public void ADrawingAndItsRestAreEverything() => Check(Orders, order =>
    {
        (int[] drawn, int[] others) = SampleOrder.Draw(order.Count, order.Batch, order.Seed);
        return drawn.Length == Math.Min(order.Batch, order.Count)
            && drawn.Concat(others).Order().SequenceEqual(Enumerable.Range(0, order.Count));
    });

    [Fact]
    public void RatesRiseToThePeakAndFallAfterIt() => Check(Schedules, schedule =>
    {
        double[] rates = [.. Enumerable.Range(0, schedule.Steps).Select(schedule.Rate)];
        return rates.All(rate => rate >= 0 && rate <= schedule.Peak)
            && rates.Take(schedule.WarmUpSteps).Zip(rates.Take(schedule.WarmUpSteps).Skip(1)).All(pair => pair.Item1 < pair.Item2)
            && rates.Skip(schedule.WarmUpSteps).Zip(rates.Skip(schedule.WarmUpSteps + 1)).All(pair => pair.Item1 >= pair.Item2)
            && (schedule.WarmUpSteps == schedule.Steps || Math.Abs(rates[schedule.WarmUpSteps] - schedule.Peak) < 1e-18);
    });

    [Fact]
    public void StepsAndWarmUpFollowFromTheOptions()
    {
        TrainingOptions options = new(Epochs: 1.5, Batch: 2, WarmUpShare: 0.03);
        Assert.Equal(75, options.StepsOver(100));
        Assert.Equal(3, options.ScheduleOver(100).WarmUpSteps);
        Assert.Equal(20, (options with { Steps = 20 }).StepsOver(100));
        Assert.Equal(
            2, new TrainingOptions(Batch: 0, LearningRate: -1)
                .Checked()
                .Match(Right: _ => 0, Left: error => error.Message.Split('\n').Length));
    }

    private void Check<T>(Arbitrary<T> cases, Func<T, bool> holds, Func<T, bool>? telling = null) =>
        Law.Check(output, cases, holds, Sizes.Of, telling);
}
