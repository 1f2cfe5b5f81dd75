using System;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>The schedules. Each gives the rates of an epoch from those before it, and in closed form.</summary>
            public static partial class impl
            {
                /// <summary>Base rate times a function of the epoch.</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly List<Func<int, double>> factors;

                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, Enumerable.Repeat(lr_lambda, optimizer.ParamGroups.Count()), last_epoch, verbose)
                    {
                    }

                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        factors = lr_lambdas.ToList();
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => baseRates.Zip(factors, (rate, factor) => rate * factor(lastEpoch));
                }

                /// <summary>Times gamma every step_size epochs.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly int size;
                    private readonly double gamma;

                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (size, this.gamma) = (step_size, gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        lastEpoch == 0 || lastEpoch % size != 0 ? Rates : Rates.Select(rate => rate * gamma);

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        baseRates.Select(rate => rate * Math.Pow(gamma, lastEpoch / size));
                }

                /// <summary>Times a factor until total_iters.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly double factor;
                    private readonly int total;

                    public ConstantLR(
                        Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (this.factor, total) = (factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        lastEpoch == 0 ? Rates.Select(rate => rate * factor) : lastEpoch == total ? Rates.Select(rate => rate / factor) : Rates;

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        baseRates.Select(rate => rate * (lastEpoch >= total ? 1 : factor));
                }

                /// <summary>From start_factor to end_factor in a line of total_iters epochs.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double start;
                    private readonly double end;
                    private readonly int total;

                    public LinearLR(
                        Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1.0, int total_iters = 5, int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (start, end, total) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        double before = (total * start) + ((lastEpoch - 1) * (end - start));
                        return lastEpoch == 0 ? Rates.Select(rate => rate * start)
                            : lastEpoch > total ? Rates
                            : Rates.Select(rate => rate * (1 + ((end - start) / before)));
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        baseRates.Select(rate => rate * (start + ((end - start) * Math.Min(total, lastEpoch) / total)));
                }

                /// <summary>Half a cosine from the base rate to eta_min in T_max epochs.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double period;
                    private readonly double floor;

                    public CosineAnnealingLR(
                        Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (period, floor) = (T_max, eta_min);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (lastEpoch == 0)
                        {
                            return Rates;
                        }

                        return (lastEpoch - 1 - period) % (2 * period) == 0
                            ? Rates.Zip(baseRates, (rate, first) => rate + ((first - floor) * (1 - Math.Cos(Math.PI / period)) / 2))
                            : Rates.Select(rate => ((1 + Phase(lastEpoch)) / (1 + Phase(lastEpoch - 1)) * (rate - floor)) + floor);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        baseRates.Select(first => floor + ((first - floor) * (1 + Phase(lastEpoch)) / 2));

                    private double Phase(int epoch) => Math.Cos(Math.PI * epoch / period);
                }

                /// <summary>One schedule after another, changing at the milestones.</summary>
                public class SequentialLR : LRScheduler
                {
                    private readonly List<LRScheduler> schedulers;
                    private readonly List<int> milestones;

                    public SequentialLR(
                        Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch = -1)
                        : base(optimizer, last_epoch + 1)
                    {
                        (this.schedulers, this.milestones) = (schedulers.ToList(), milestones.ToList());
                        if (this.schedulers.Count != this.milestones.Count + 1)
                        {
                            throw new ArgumentException(
                                $"expected one more scheduler than milestones, got {this.schedulers.Count} and {this.milestones.Count}");
                        }

                        // Making the schedulers set the rates each in turn: start again from the first one's.
                        Apply(baseRates.ToList());
                        this.schedulers.ForEach(scheduler => scheduler.lastEpoch--);
                        this.schedulers[0].step();
                    }

                    public override void step(int? epoch)
                    {
                        _step_count++;
                        lastEpoch = epoch ?? lastEpoch + 1;
                        int current = milestones.TakeWhile(milestone => milestone <= lastEpoch).Count();
                        if (current > 0 && milestones[current - 1] == lastEpoch)
                        {
                            schedulers[current].step(0);
                        }
                        else
                        {
                            schedulers[current].step();
                        }

                        Apply(Rates.ToList());
                    }
                }
            }
        }
    }
}
