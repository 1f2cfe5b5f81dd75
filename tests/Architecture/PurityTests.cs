using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Floe.Domain;
using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>
/// The Domain is pure: its assembly refers to no namespace that reads a file, a thread, a process or a tensor, whoever emitted it. What its
/// source may not call (clock, randomness, environment, culture) is in BannedSymbols.Domain.txt and held by the build.
/// </summary>
public sealed class PurityTests
{
    private static readonly string[] ForbiddenNamespaces =
    [
        "System.IO", "System.Net", "System.Threading", "System.Diagnostics", "System.Data", "System.Runtime.InteropServices",
            "Microsoft.Win32",
        "TorchSharp", "Parquet", "YamlDotNet",
    ];

    // What the compiler itself emits, or what has no effect.
    private static readonly string[] AllowedTypes =
    [
        "System.Diagnostics.DebuggableAttribute", "System.Diagnostics.DebuggerBrowsableAttribute",
            "System.Diagnostics.DebuggerBrowsableState",
        "System.Diagnostics.DebuggerDisplayAttribute", "System.Diagnostics.DebuggerHiddenAttribute",
            "System.Diagnostics.DebuggerStepThroughAttribute",
        "System.Diagnostics.UnreachableException", "System.Runtime.InteropServices.CollectionsMarshal",
        "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.InteropServices.ImmutableCollectionsMarshal",
        "System.Runtime.InteropServices.InAttribute",
    ];

    [Fact]
    public void NoTypeWithAnEffectIsReferredTo()
    {
        string[] types = ReferredTypes();
        Assert.Contains("System.Object", types);
        Assert.DoesNotContain(
            types.Except(AllowedTypes).Where(t => !t.StartsWith("System.Diagnostics.CodeAnalysis.", StringComparison.Ordinal)),
            t => ForbiddenNamespaces.Any(n => t.StartsWith(n + ".", StringComparison.Ordinal)));
    }

    private static string[] ReferredTypes()
    {
        using FileStream stream = File.OpenRead(typeof(FloeError).Assembly.Location);
        using PEReader file = new(stream);
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.TypeReferences.Select(reader.GetTypeReference)
            .Select(type => reader.GetString(type.Namespace) + "." + reader.GetString(type.Name)).Distinct()];
    }
}
