using BenchmarkDotNet.Running;
using Floe.Bench;

string[] rest = args.Length > 1 ? args[1..] : [];
return args.FirstOrDefault() switch
{
    "domain" => BenchmarkSwitcher.FromTypes([typeof(SelectionBenchmarks), typeof(TuningBenchmarks)]).Run(rest).All(s => !s.HasCriticalValidationErrors) ? 0 : 1,
    "growth" => Growth.Run(),
    "table" => StoredTable.Write(rest),
    "sizes" => TableSizes.Run(),
    "tuning" => TuningAgainstLapack.Run(),
    "search" => AncestorSearch.Run(),
    "engine" => EngineAgainstPlain.Run(rest),
    "engine-one" => EngineOne.Run(rest),
    "fisher" => FisherFactor.Run(rest),
    "taylor" => TaylorMemory.Run(rest),
    "taylor-one" => TaylorMemory.One(rest),
    "text" => TextSpeed.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: floe-bench domain | growth | sizes | tuning | table SIZE FILE | search | engine MODEL | fisher MODEL TEXT | taylor MODEL | text TEXT TOKENIZER...");
    return 2;
}
