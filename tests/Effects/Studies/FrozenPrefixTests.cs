using Floe.Domain.Adapters;
using Floe.Domain.Training;
using Floe.Effects.Adapters;
using Floe.Effects.Data;
using Floe.Effects.Evaluation;
using Floe.Effects.Models;
using Floe.Effects.Training;
using Floe.Tests.Effects.Cli;
using Floe.Tests.Effects.Files;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>What frozen layers give, kept in memory or in a file: the same bits as computed again, and the same loss as without
/// it.</summary>
public sealed class FrozenPrefixTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(1L << 30, true)]
    [InlineData(40_000L, true)]
    [InlineData(0L, true)]
    [InlineData(0L, false)]
    public void LossesAreTheSameWhereverItIsKept(long memory, bool keeps)
    {
        using OpenedModel model = Errors.Value(OpenedModel.Open(Embedded.Model, None, "cpu", _ => { }));
        TokenizedSample[] samples = [.. Errors.Value(DataFile.Read(Embedded.Sample(scratch)).Bind(set => model.Samples(set, 64))).Samples];
        AdapterPlan plan = new(new AdapterKind.Lora(), Array(Projection.Query, Projection.Down), Array(new LayerAdapter(7, 4, 1)), 8, 0);
        using AdapterSet adapter = Errors.Value(AdapterSets.Create(plan, model.Decoder, 3));
        double without = Errors.Value(HeldOut.Measure(model.Decoder, adapter, samples)).Loss;
        using FrozenPrefix prefix = new(model.Decoder, 7, memory, keeps);
        double first = Errors.Value(HeldOut.Measure(model.Decoder, adapter, samples, prefix: prefix)).Loss;
        double second = Errors.Value(HeldOut.Measure(model.Decoder, adapter, samples, prefix: prefix)).Loss;
        using FrozenPrefix alone = new(model.Decoder, 7, keeps: false);
        Assert.Equal(Errors.Value(HeldOut.Measure(model.Decoder, adapter, samples, prefix: alone)).Loss, first);
        Assert.Equal(first, second);
        Assert.Equal(without, first, 1e-5);
        Assert.Equal(keeps ? prefix.Computed : 0, prefix.Reused);
        Assert.Equal((keeps && memory > 0, keeps && memory < 1 << 20), (prefix.Bytes.Memory > 0, prefix.Bytes.Disk > 0));
    }
}
