// LibTorch uses every core inside one operation; tests beside each other would measure and starve one another.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
