using System;
using System.Collections.Generic;
using System.Linq;

namespace TorchSharp;

/// <summary>Owns the tensors made on its thread while it is the innermost scope, and frees them when it ends.</summary>
public sealed partial class DisposeScope : IDisposable
{
    private DisposeScopeManager manager;
    private HashSet<IDisposable> owned = new(ReferenceEqualityComparer.Instance);

    internal DisposeScope(DisposeScopeManager manager) => (this.manager, OuterScope) = (manager, manager.CurrentDisposeScope);

    internal DisposeScope OuterScope { get; set; }

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            ThrowIfDisposed();
            return owned.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            ThrowIfDisposed();
            return owned.Count;
        }
    }

    public bool Contains(IDisposable disposable) => owned.Contains(disposable);

    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables)
    {
        ThrowIfDisposed();
        if (scope is null)
        {
            Detach(disposables);
            return;
        }

        foreach (IDisposable disposable in disposables)
        {
            if (owned.Contains(disposable))
            {
                scope.Take(disposable);
            }
        }
    }

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        ThrowIfDisposed();
        foreach (IDisposable disposable in disposables)
        {
            if (owned.Remove(disposable))
            {
                manager.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
                ((torch.Tensor)disposable).OwningDisposeScope = null;
            }
        }
    }

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        ThrowIfDisposed();
        List<IDisposable> given = disposables.ToList();
        foreach (IDisposable disposable in given)
        {
            if (Take(disposable))
            {
                manager.StatisticsInstance.TensorStatistics.AttachedToScopeCount++;
            }
        }

        return given;
    }

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        ThrowIfDisposed();
        HashSet<IDisposable> old = owned;
        owned = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable disposable in old)
        {
            if (!owned.Contains(disposable))
            {
                disposable.Dispose();
            }
        }
    }

    public void Dispose()
    {
        if (manager is not null)
        {
            DisposeEverything();
            manager.Remove(this);
            manager = null;
        }
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        ThrowIfDisposed();
        owned.Remove(disposable);
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope = null;
        }
    }

    internal void Add(IDisposable disposable) => owned.Add(disposable);

    /// <summary>A parameter takes the place of the tensor it was made from.</summary>
    internal static void Replace(torch.Tensor original, torch.Tensor replacement)
    {
        DisposeScope scope = original.OwningDisposeScope;
        if (scope is not null && scope.owned.Remove(original))
        {
            original.OwningDisposeScope = null;
            scope.Take(replacement);
        }
    }

    private bool Take(IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor)
        {
            throw new InvalidOperationException("DisposeScope can only manage Tensor");
        }

        if (ReferenceEquals(tensor.OwningDisposeScope, this))
        {
            return false;
        }

        tensor.OwningDisposeScope?.owned.Remove(tensor);
        owned.Add(tensor);
        tensor.OwningDisposeScope = this;
        return true;
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(manager is null, this);
}
