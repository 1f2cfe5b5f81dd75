using Floe.Domain.Adapters;
using Floe.Effects.Formats;

namespace Floe.Effects.Adapters.Stored;

/// <summary>An opened adapter.</summary>
/// <param name="Path">Folder or file it was opened from.</param>
/// <param name="BaseModel">The base model's name or path as the adapter gives it; may be empty.</param>
/// <param name="Plan">What it adapts.</param>
/// <param name="Tensors">Its tensors under <see cref="AdapterNames"/>, exactly those of the plan; disposed with this.</param>
internal sealed record AdapterFolder(string Path, string BaseModel, AdapterPlan Plan, IWeightSource Tensors) : IDisposable
{
    /// <summary>Closes the file behind <see cref="Tensors"/>.</summary>
    public void Dispose() => Tensors.Dispose();
}
