using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Floe.Domain;
using Xunit;

namespace Floe.Tests.Architecture;

/// <summary>The Domain is pure: its assembly refers to nothing that reads a file, a clock, a random number, a thread or a tensor.</summary>
public sealed class PurityTests
{
    private static readonly string[] ForbiddenNamespaces =
    [
        "System.IO", "System.Net", "System.Threading", "System.Diagnostics", "System.Console", "System.Data", "System.Runtime.InteropServices", "Microsoft.Win32",
        "TorchSharp", "Parquet", "YamlDotNet",
    ];

    private static readonly string[] ForbiddenTypes =
    [
        "System.Random", "System.Console", "System.TimeProvider", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch",
    ];

    // What the compiler itself emits, or what has no effect.
    private static readonly string[] AllowedTypes =
    [
        "System.Diagnostics.DebuggableAttribute", "System.Diagnostics.DebuggerBrowsableAttribute", "System.Diagnostics.DebuggerBrowsableState",
        "System.Diagnostics.DebuggerDisplayAttribute", "System.Diagnostics.DebuggerHiddenAttribute", "System.Diagnostics.DebuggerStepThroughAttribute",
        "System.Diagnostics.UnreachableException", "System.Runtime.InteropServices.CollectionsMarshal",
        "System.Runtime.InteropServices.MemoryMarshal", "System.Runtime.InteropServices.ImmutableCollectionsMarshal",
        "System.Runtime.InteropServices.InAttribute",
    ];

    private static readonly string[] ForbiddenMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid",
    ];

    // An iterator that the compiler makes asks which thread it runs on; nothing else of the environment may be read.
    private const string AllowedOfEnvironment = "System.Environment.get_CurrentManagedThreadId";

    [Fact]
    public void NoTypeWithAnEffectIsReferredTo()
    {
        (string[] types, _) = References();
        Assert.Contains("System.Object", types);
        Assert.DoesNotContain(types.Except(AllowedTypes).Where(t => !t.StartsWith("System.Diagnostics.CodeAnalysis.", StringComparison.Ordinal)), t => ForbiddenTypes.Contains(t) || ForbiddenNamespaces.Any(n => t.StartsWith(n + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void NoClockOrIdentifierIsRead()
    {
        (_, string[] members) = References();
        Assert.Contains("System.Math.Abs", members);
        Assert.Empty(members.Intersect(ForbiddenMembers));
        Assert.DoesNotContain(members, m => m.StartsWith("System.Environment.", StringComparison.Ordinal) && m != AllowedOfEnvironment);
    }

    private static (string[] Types, string[] Members) References()
    {
        using FileStream stream = File.OpenRead(typeof(FloeError).Assembly.Location);
        using PEReader file = new(stream);
        MetadataReader reader = file.GetMetadataReader();
        string Name(TypeReference type) => reader.GetString(type.Namespace) + "." + reader.GetString(type.Name);
        string[] types = [.. reader.TypeReferences.Select(h => Name(reader.GetTypeReference(h))).Distinct()];
        string[] members = [.. reader.MemberReferences.Select(reader.GetMemberReference)
            .Where(m => m.Parent.Kind == HandleKind.TypeReference)
            .Select(m => Name(reader.GetTypeReference((TypeReferenceHandle)m.Parent)) + "." + reader.GetString(m.Name)).Distinct()];
        return (types, members);
    }
}
