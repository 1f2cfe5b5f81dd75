namespace Floe.Domain.Scores;

/// <summary>The two kinds of unit that a mask can silence.</summary>
public enum Component
{
    /// <summary>A query head: a slice of the input of the frozen o_proj.</summary>
    Head = 0,

    /// <summary>An FFN neuron: one input of the frozen down_proj.</summary>
    Neuron = 1,
}

/// <summary>One query head or one FFN neuron of one layer (method §1).</summary>
/// <param name="Layer">Decoder layer, from 0.</param>
/// <param name="Component">Head or neuron.</param>
/// <param name="Index">Index within its layer and component, from 0.</param>
public readonly record struct UnitId(int Layer, Component Component, int Index);
