using System.Globalization;
using Floe.Domain;
using Floe.Domain.Scores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Tables;

/// <summary>Which row groups of <c>normal.parquet</c> were read, by the component that they hold.</summary>
/// <param name="Groups">The row group of each component that was met.</param>
internal sealed record NormalPlaces(Map<(int Layer, Component Component), int> Groups)
{
    /// <summary>Nothing read yet.</summary>
    public static NormalPlaces None { get; } = new(Map<(int, Component), int>());

    /// <summary>A component as a message names it.</summary>
    public static string Name((int Layer, Component Component) place) =>
        string.Create(
            CultureInfo.InvariantCulture, $"the {(place.Component == Component.Head ? "heads" : "neurons")} of layer {place.Layer}");

    /// <summary>One row group more, of a component that none before it held.</summary>
    public Either<FloeError, NormalPlaces> Add(ParquetTable table, int part, (int Layer, Component Component) place) =>
        Groups.Find(place).Match(
        Some: first => Left<FloeError, NormalPlaces>(NormalBlocks.Damaged(
            table, part, "component", "each component in one row group", $"{Name(place)}, which row group {first} holds already")),
        None: () => new NormalPlaces(Groups.Add(place, part)));

    /// <summary>Whether every component was read; the error names the first that was not.</summary>
    public Either<FloeError, Unit> Whole(ParquetTable table, ModelShape shape)
    {
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            foreach (Component component in new[] { Component.Head, Component.Neuron })
            {
                if (!Groups.ContainsKey((layer, component)))
                {
                    return new FloeError.BadData(
                        $"{table.Path}, columns `layer` and `component`",
                        $"heads and neurons of {shape.Layers} layers, a row group each",
                        $"{table.Groups} row groups, none of them with {Name((layer, component))}",
                        "Collect the equations again.");
                }
            }
        }

        return unit;
    }
}
