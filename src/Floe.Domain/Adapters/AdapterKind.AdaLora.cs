namespace Floe.Domain.Adapters;

public abstract partial record AdapterKind
{
    /// <summary>
    /// AdaLoRA, y = W x + s B (E ⊙ A x) with s = α/(r₀ + 1e-5): a sum of r₀ triplets (row of A, number of E, column of B), of which
    /// training keeps the ones that matter, over all linear layers together, until T a linear layer are left on average. A and B are held
    /// near orthogonal.
    /// </summary>
    /// <remarks>Source: arXiv 2303.10512, in PEFT's form: <see cref="RankBudget"/> says how many triplets a step has.</remarks>
    internal sealed record AdaLora : AdapterKind
    {
        /// <summary>r₀ of the divisor; 0 for the largest rank of the plan's layers.</summary>
        public int InitialRank { get; init; }

        /// <summary>T, the mean rank that is left; 0 for two thirds of r₀.</summary>
        public int TargetRank { get; init; }

        /// <summary>Steps before the first triplet goes (<c>tinit</c>). Without <see cref="TotalSteps"/> a tenth of the training.</summary>
        public int FreeSteps { get; init; }

        /// <summary>Steps at the end whose triplets stay the same (<c>tfinal</c>). Without <see cref="TotalSteps"/> three tenths of the
        /// training.</summary>
        public int FixedSteps { get; init; }

        /// <summary>Steps from one choice of triplets to the next (<c>deltaT</c>); 0 for a hundredth of the training.</summary>
        public int Interval { get; init; }

        /// <summary>Steps of the whole schedule (<c>total_step</c>); 0 for those of the training.</summary>
        public int TotalSteps { get; init; }

        /// <summary>Decay of the mean importance of a number, in [0, 1).</summary>
        public double Beta1 { get; init; } = 0.85;

        /// <summary>Decay of the mean deviation of its importance, in [0, 1).</summary>
        public double Beta2 { get; init; } = 0.85;

        /// <summary>Weight of the mean of ‖A Aᵀ − I‖ and ‖Bᵀ B − I‖ in the loss.</summary>
        public double Orthogonality { get; init; } = 0.5;

        /// <inheritdoc/>
        public override string Name => "adalora";

        /// <inheritdoc/>
        public override string Title => "AdaLoRA";

        /// <summary>A [r, in], B [out, r], E [r, 1].</summary>
        /// <param name="site">The linear layer.</param>
        internal override IEnumerable<AdapterTensor> TensorsOn(AdapterSite site) =>
            [new(site.Inner, site.Input), new(site.Output, site.Inner), new(site.Inner, AdapterSite.One)];

        /// <summary>A trained one may have no triplet left on a linear layer.</summary>
        internal override int LeastRank => 0;

        /// <inheritdoc/>
        internal override IReadOnlyList<KindNumber> Numbers => Own;

        private static readonly KindNumber[] Own =
        [
            Whole("target_rank", "Mean rank that AdaLoRA keeps; 0 for two thirds of the rank.", 0, 1024,
                kind => kind.TargetRank, (kind, n) => kind with { TargetRank = n }) with { Asked = true },
            Whole("initial_rank", "r₀ of the divisor; 0 for the largest rank.", 0, 1024,
                kind => kind.InitialRank, (kind, n) => kind with { InitialRank = n }),
            Whole("free_steps", "Steps before the first triplet goes.", 0, int.MaxValue,
                kind => kind.FreeSteps, (kind, n) => kind with { FreeSteps = n }),
            Whole("fixed_steps", "Steps at the end whose triplets stay.", 0, int.MaxValue,
                kind => kind.FixedSteps, (kind, n) => kind with { FixedSteps = n }),
            Whole("interval", "Steps between choices of triplets; 0 for a hundredth.", 0, int.MaxValue,
                kind => kind.Interval, (kind, n) => kind with { Interval = n }),
            Whole("total_steps", "Steps of the schedule; 0 for those of the training.", 0, int.MaxValue,
                kind => kind.TotalSteps, (kind, n) => kind with { TotalSteps = n }),
            new("beta1", "Decay of importance.", 0, 0.9999,
                kind => ((AdaLora)kind).Beta1, (kind, n) => (AdaLora)kind with { Beta1 = n }),
            new("beta2", "Decay of its deviation.", 0, 0.9999,
                kind => ((AdaLora)kind).Beta2, (kind, n) => (AdaLora)kind with { Beta2 = n }),
            new("orthogonality", "Weight of the orthogonal regulariser.", 0, 1e6,
                kind => ((AdaLora)kind).Orthogonality, (kind, n) => (AdaLora)kind with { Orthogonality = n }),
        ];

        /// <summary>α/(r₀ + 1e-5), whatever rank is left.</summary>
        internal override double Scale(AdapterPlan plan, double alpha, int rank) => alpha / (Initial(plan) + 1e-5);

        /// <inheritdoc/>
        internal override AdaLora Over(AdapterPlan plan, int steps)
        {
            int initial = Initial(plan), total = TotalSteps > 0 ? TotalSteps : steps;
            return this with
            {
                InitialRank = initial,
                TargetRank = TargetRank > 0 ? Math.Min(TargetRank, initial) : ((2 * initial) + 2) / 3,
                FreeSteps = TotalSteps > 0 || FreeSteps > 0 ? FreeSteps : total / 10,
                FixedSteps = TotalSteps > 0 || FixedSteps > 0 ? FixedSteps : total * 3 / 10,
                Interval = Interval > 0 ? Interval : Math.Max(1, total / 100),
                TotalSteps = total,
            };
        }

        /// <summary>What is wrong with the schedule; null for a sound one.</summary>
        internal override FloeError.Usage? Fault(AdapterPlan plan) =>
            TotalSteps > 0 && FreeSteps >= TotalSteps - FixedSteps
                ? new("schedule", "a step between the free ones and the fixed ones",
                    $"{FreeSteps} free and {FixedSteps} fixed of {TotalSteps}", "Shorten them, or train longer.")
            : InitialRank > 0 && plan.Layers.Exists(layer => layer.Rank > InitialRank)
                ? new("initial_rank", "at least every layer's rank", $"{InitialRank}", "Correct the plan.")
            : plan.RankStabilized
                ? new("rank_stabilized", "false, as AdaLoRA has a divisor of its own", "true", "Leave it out.")
            : plan.Overrides.Exists(one => one.Alpha != plan.Alpha)
                ? new("alpha", "one α for all linear layers of an AdaLoRA", "several", "Correct the plan.")
            : null;

        private int Initial(AdapterPlan plan) =>
            InitialRank > 0 ? InitialRank : plan.Layers.AsEnumerable().Select(layer => layer.Rank).DefaultIfEmpty(1).Max();

        private static KindNumber Whole(
            string name, string words, int least, int most, Func<AdaLora, int> read, Func<AdaLora, int, AdaLora> with) =>
            new(name, words, least, most, kind => read((AdaLora)kind), (kind, n) => with((AdaLora)kind, (int)n)) { Whole = true };
    }
}
