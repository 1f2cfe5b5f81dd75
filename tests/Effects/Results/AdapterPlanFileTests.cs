using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Results;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Models;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Results;

/// <summary>A plan comes back from its file as it was.</summary>
public sealed class AdapterPlanFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string At => scratch.At("plan.json");

    [Fact]
    public void EveryPartOfAPlanComesBack()
    {
        Random random = new(5);
        int special = 0;
        for (int turn = 0; turn < 200; turn++)
        {
            AdapterPlan plan = Plan(random);
            special += plan.Overrides.IsEmpty && plan.Omitted.IsEmpty ? 0 : 1;
            TinyDecoder.Right(AdapterPlanFile.Write(At, plan, None));
            AdapterPlan read = TinyDecoder.Right(AdapterPlanFile.Read(At)).Plan;
            Assert.Equal(plan, read);
        }

        Assert.InRange(special, 100, 200);
    }

    [Theory]
    [InlineData("\"overrides\": [{\"layer\": 0, \"module\": \"up_proj\", \"rank\": 2}]", "overrides[0]")]
    [InlineData("\"overrides\": [{\"layer\": 0, \"module\": \"side_proj\", \"rank\": 2, \"alpha\": 4}]", "overrides[0]")]
    [InlineData("\"overrides\": [{\"layer\": 9, \"module\": \"up_proj\", \"rank\": 2, \"alpha\": 4}]", "plan.json")]
    [InlineData("\"omitted\": [3]", "omitted[0]")]
    [InlineData("\"omitted\": {}", "omitted")]
    [InlineData("\"rank_stabilized\": 1", "rank_stabilized")]
    public void AMemberThatIsWrongIsNamed(string member, string where)
    {
        File.WriteAllText(At, """{"floe.format": "plan/1", "adapter": "lora", "modules": ["up_proj"], "alpha": 8, "dropout": 0, "layers": [{"layer": 0, "rank": 2, "experts": 1}], MEMBER}"""
            .Replace("MEMBER", member, StringComparison.Ordinal));
        FloeError.BadData error = Assert.IsType<FloeError.BadData>(TinyDecoder.Left(AdapterPlanFile.Read(At)));
        Assert.Contains(where, error.Where, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    private static AdapterPlan Plan(Random random)
    {
        Projection[] modules = [.. Enum.GetValues<Projection>().Where(_ => random.Next(2) == 0).DefaultIfEmpty(Projection.Up)];
        Arr<LayerAdapter> layers = toArray(
            Enumerable.Range(0, 90)
                .Where(_ => random.Next(9) == 0)
                .Append(90)
                .Select(layer => new LayerAdapter(layer, random.Next(1, 9), random.Next(1, 4))));
        (LayerAdapter Layer, Projection Module)[] sites = [
            .. from layer in layers from module in modules where random.Next(4) == 0 select (layer, module)];
        return new AdapterPlan(new AdapterKind.Hydra(), toArray(modules), layers, random.NextDouble() * 64 + 0.1, random.NextDouble() / 2)
        {
            Overrides = toArray(
                sites.Where((_, i) => i % 2 == 0)
                    .Select(site => new ModuleOverride(site.Layer.Layer, site.Module, random.Next(1, 17), random.NextDouble() + 0.1))),
            Omitted = modules.Length > 1
                ? toArray(sites.Where((_, i) => i % 2 == 1).Select(site => new OmittedModule(site.Layer.Layer, site.Module)))
                : [],
            RankStabilized = random.Next(2) == 0,
        };
    }
}
