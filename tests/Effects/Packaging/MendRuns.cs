using System.Globalization;
using System.Text;
using Floe.Tests.Effects.Files;
using Floe.Tests.Effects.Fixtures;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>One MSBuild process that runs Floe.Effects.targets over many files and settings.</summary>
public sealed class MendRuns : IDisposable
{
    private const int Random = 40;
    private const string Inner = """
        <Project DefaultTargets="Build">
          <Target Name="ResolvePackageAssets">
            <ItemGroup><NativeCopyLocalItems Include="$(Source)" /></ItemGroup>
          </Target>
          <Target Name="Build" DependsOnTargets="ResolvePackageAssets">
            <Message Importance="high" Text="used $(Run) @(NativeCopyLocalItems)" />
          </Target>
          <Import Project="TARGETS" />
        </Project>
        """;

    // Damage to the package's file that no mend can work on.
    private static readonly Dictionary<string, Func<byte[], byte[]>> Damages = new()
    {
        ["empty"] = _ => [],
        ["text"] = _ => Encoding.ASCII.GetBytes(new string('x', 4096)),
        ["header"] = all => all[..64],
        ["half"] = all => all[..(all.Length / 2)],
        ["short"] = all => all[..^64],
        ["32-bit"] = all => With(all, 4, 1),
        ["big-endian"] = all => With(all, 5, 2),
        ["table-far-away"] = all => With(all, 47, 0x7f),
        ["table-negative"] = all => With(all, 47, 0xff),
        ["no-sections"] = all => With(With(all, 60, 0), 61, 0),
        ["symbol-renamed"] = all => Renamed(all, "_ZSt21ios_base_library_initv", "_ZSt21ios_base_library_inita"),
        ["export-renamed"] = all => Renamed(all, "THSTorch_get_and_reset_last_err", "THSTorch_get_and_reset_last_erx"),
        ["chain-endless"] = all => Endless(all),
    };

    private readonly Scratch scratch = new();

    public MendRuns()
    {
        Before = File.ReadAllBytes(Package);
        Random random = new(7);
        string targets = Path.Combine(FixtureFolders.RepositoryRoot, "src", "Floe.Effects", "build", "Floe.Effects.targets");
        File.WriteAllText(scratch.At("inner.proj"), Inner.Replace("TARGETS", targets, StringComparison.Ordinal));
        File.WriteAllText(scratch.At("libstdc++.old"), "GLIBCXX_3.4.30\0");
        File.WriteAllText(scratch.At("libstdc++.new"), "GLIBCXX_3.4.30\0GLIBCXX_3.4.32\0");
        Directory.CreateDirectory(scratch.At("moved"));
        File.Copy(Package, scratch.At("moved", "libLibTorchSharp.so"));

        StringBuilder calls = new();
        Add("old", Package, "libstdc++.old");
        calls.Append("<ItemGroup><Mended Include=\"obj/old/**/*.so\" /></ItemGroup><Touch Files=\"@(Mended)\" Time=\"2040-01-02\" />\n");
        Add("again", Package, "libstdc++.old", folder: "old");
        Add("moved", scratch.At("moved", "libLibTorchSharp.so"), "libstdc++.old", folder: "old");
        Add("new", Package, "libstdc++.new");
        Add("none", Package, "not-there");
        Add("always", Package, "libstdc++.new", mend: "always");
        Add("never", Package, "libstdc++.old", mend: "never");
        Add("here", Package, "");
        AddDamaged("unversioned", Renamed(Renamed(Before, "GLIBCXX_3.4.32", "GLIBCXX_3.4.x2"), "GLIBCXX_3.4.30", "GLIBCXX_3.4.x0"));
        foreach ((string run, Func<byte[], byte[]> damage) in Damages)
        {
            AddDamaged(run, damage([.. Before]));
        }

        // Bytes of the tables that are read, and of the file's header.
        foreach (string run in Flips)
        {
            byte[] all = [.. Before];
            int[] places = [random.Next(64), 260_000 + random.Next(1500), all.Length - 1 - random.Next(2500)];
            AddDamaged(run, With(all, places[random.Next(3)], (byte)random.Next(256)));
        }

        File.WriteAllText(scratch.At("outer.proj"), $"<Project><Target Name=\"Build\">{calls}</Target></Project>");
        Output = Packed.Dotnet(scratch.Folder, "msbuild", "outer.proj", "-nologo", "-v:minimal", "-nodeReuse:false");

        void Add(string run, string source, string runtime, string folder = "", string mend = "auto")
        {
            string obj = scratch.At("obj", folder.Length > 0 ? folder : run);
            string look = runtime.Length > 0 ? $";FloeCppRuntime={scratch.At(runtime)}" : "";
            string properties = $"Run={run};Source={source};FloeMend={mend};IntermediateOutputPath={obj}/{look}";
            calls.Append(CultureInfo.InvariantCulture, $"<MSBuild Projects=\"inner.proj\" Properties=\"{properties}\" />\n");
        }

        void AddDamaged(string run, byte[] contents)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Damaged(run))!);
            File.WriteAllBytes(Damaged(run), contents);
            Add(run, Damaged(run), "libstdc++.old");
        }
    }

    /// <summary>Names of the runs over a file that is not the package's.</summary>
    public static TheoryData<string> Unknown => [.. Damages.Keys];

    /// <summary>Names of the runs over a file of which one byte is another.</summary>
    public static IEnumerable<string> Flips => Enumerable.Range(0, Random).Select(i => "flip" + i.ToString(CultureInfo.InvariantCulture));

    /// <summary>The file in the package cache.</summary>
    public string Package { get; } = Path.Combine(PackageCache.Of("torchsharp"), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    /// <summary>Its bytes before any run.</summary>
    public byte[] Before { get; }

    /// <summary>What MSBuild printed.</summary>
    public string Output { get; }

    public void Dispose() => scratch.Dispose();

    /// <summary>The file that a run gives to the output.</summary>
    public string Used(string run)
    {
        string start = $"used {run} ";
        string line = Output.Split('\n').Select(one => one.Trim()).Single(one => one.StartsWith(start, StringComparison.Ordinal));
        return line[start.Length..];
    }

    /// <summary>The damaged file of a run.</summary>
    public string Damaged(string run) => scratch.At("damaged", run, "libLibTorchSharp.so");

    private static byte[] With(byte[] all, int at, byte value)
    {
        all[at] = value;
        return all;
    }

    private static byte[] Renamed(byte[] all, string what, string by)
    {
        byte[] copy = [.. all];
        int at = copy.AsSpan().IndexOf(Encoding.ASCII.GetBytes(what + "\0"));
        Encoding.ASCII.GetBytes(by).CopyTo(copy, at);
        return copy;
    }

    // The first entry of .gnu.version_r says that the next one stands before it.
    private static byte[] Endless(byte[] all)
    {
        int sections = (int)BitConverter.ToInt64(all, 40), count = BitConverter.ToUInt16(all, 60);
        IEnumerable<int> headers = Enumerable.Range(0, count).Select(i => sections + (64 * i));
        int needed = headers.Single(at => BitConverter.ToUInt32(all, at + 4) == 0x6ffffffe);
        BitConverter.GetBytes(-16).CopyTo(all, (int)BitConverter.ToInt64(all, needed + 24) + 12);
        return all;
    }
}
