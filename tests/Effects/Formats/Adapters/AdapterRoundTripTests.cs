using Floe.Domain.Adapters;
using Floe.Effects.Adapters.Stored;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Formats.Adapters;

/// <summary>What Floe writes it reads back, and counts right: any layers, modules left out, ranks and α a module, experts a
/// layer.</summary>
public sealed class AdapterRoundTripTests
{
    private const int Plans = 300;

    [Fact]
    public void AnyPlanSurvivesAFolder()
    {
        Random random = new(20261128);
        int omitted = 0, overridden = 0;
        for (int i = 0; i < Plans; i++)
        {
            AdapterPlan plan = Draw(random);
            omitted += plan.Omitted.Count;
            overridden += plan.Overrides.Count;
            string folder = Directory.CreateTempSubdirectory("floe-adapter-").FullName;
            try
            {
                Dictionary<string, long> sizes = AdapterLayout.TensorsOf(plan, AdapterCase.Model)
                    .ToDictionary(t => t.Name, t => t.Shape[0] * t.Shape[1]);
                Assert.Equal(sizes.Values.Sum(), Errors.Value(AdapterParameters.Count(plan, AdapterCase.Model.Shape)));
                Errors.Value(AdapterWriter.Write(folder, plan, AdapterCase.Model, "base", name => new float[sizes[name]]));
                using AdapterFolder read = Errors.Value(AdapterFolders.Open(folder, AdapterCase.Model));
                Assert.Equal(Words(plan), Words(read.Plan));
                Assert.Equal(AdapterLayout.TensorsOf(plan, AdapterCase.Model), AdapterLayout.TensorsOf(read.Plan, AdapterCase.Model));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Assert.True(omitted > Plans && overridden > Plans, $"{omitted} modules left out, {overridden} overridden");
    }

    private static AdapterPlan Draw(Random random)
    {
        AdapterKind kind = random.Next(3) == 0 ? new AdapterKind.Hydra() : new AdapterKind.Lora();
        int[] on = Subset(random, Enumerable.Range(0, AdapterCase.Model.Layers));
        (int Layer, Projection[] Modules)[] chosen = [.. on.Select(layer => (layer, Subset(random, Projections.All)))];
        Projection[] modules = [.. Projections.All.Where(m => chosen.Any(c => c.Modules.Contains(m)))];
        int most = kind == new AdapterKind.Hydra() ? 4 : 2;
        LayerAdapter[] layers = [.. chosen.Select(c => new LayerAdapter(c.Layer, random.Next(1, 5), random.Next(1, most)))];
        return new AdapterPlan(kind, toArray(modules), toArray(layers), random.Next(1, 40) / 4.0, random.Next(4) / 8.0)
        {
            RankStabilized = kind == new AdapterKind.Lora() && random.Next(2) == 0,
            Omitted = toArray(chosen.SelectMany(c => modules.Except(c.Modules).Select(m => new OmittedModule(c.Layer, m)))),
            Overrides = kind == new AdapterKind.Hydra() ? Arr<ModuleOverride>.Empty : toArray(
                from c in chosen
                from module in c.Modules
                where random.Next(2) == 0
                select new ModuleOverride(c.Layer, module, random.Next(1, 5), random.Next(1, 40) / 4.0)),
        };
    }

    private static T[] Subset<T>(Random random, IEnumerable<T> of)
    {
        T[] all = [.. of], some = [.. all.Where(_ => random.Next(2) == 0)];
        return some.Length > 0 ? some : [all[random.Next(all.Length)]];
    }

    /// <summary>What a plan is on, whichever of its layers' ranks it calls the usual one.</summary>
    private static IEnumerable<string> Words(AdapterPlan plan) =>
        plan.Sites.Select(site => $"{plan.Kind} {site.Layer.Layer} {site.Module} {plan.RankOf(site.Layer, site.Module)} "
            + $"{site.Layer.Experts} {plan.ScaleOf(site.Layer, site.Module):0.######} {plan.Dropout}");
}
