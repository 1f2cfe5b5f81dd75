using LanguageExt;

namespace Floe.Effects.Plans;

/// <summary>A YAML document as a tree; every node knows where it starts, both counted from 1.</summary>
/// <param name="Line">Line.</param>
/// <param name="Column">Column.</param>
internal abstract record YamlNode(long Line, long Column)
{
    /// <summary>What the node is, for messages.</summary>
    public abstract string Kind { get; }

    /// <summary>A single value.</summary>
    /// <param name="Text">Its text.</param>
    /// <param name="Plain">Whether it was written without quotes; only then can it be a number or a truth value.</param>
    /// <param name="Line">Line.</param>
    /// <param name="Column">Column.</param>
    internal sealed record Scalar(string Text, bool Plain, long Line, long Column) : YamlNode(Line, Column)
    {
        /// <inheritdoc/>
        public override string Kind => $"'{Text}'";
    }

    /// <summary>A sequence.</summary>
    /// <param name="Items">Its items.</param>
    /// <param name="Line">Line.</param>
    /// <param name="Column">Column.</param>
    internal sealed record List(Arr<YamlNode> Items, long Line, long Column) : YamlNode(Line, Column)
    {
        /// <inheritdoc/>
        public override string Kind => $"a list of {Items.Count}";
    }

    /// <summary>A mapping; keys are texts, each there once.</summary>
    /// <param name="Entries">Its entries in the order of the file.</param>
    /// <param name="Line">Line.</param>
    /// <param name="Column">Column.</param>
    internal sealed record Map(Arr<(Scalar Key, YamlNode Value)> Entries, long Line, long Column) : YamlNode(Line, Column)
    {
        /// <inheritdoc/>
        public override string Kind => "a group of keys";
    }
}
