using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a copy of TorchSharp's libLibTorchSharp.so that an older C++ runtime loads too.
/// </summary>
/// <remarks>
/// The library asks for GLIBCXX_3.4.32 (GCC 13) for the sake of one symbol, _ZSt21ios_base_library_initv, which is there so that newer headers find
/// a newer library and does nothing that an older libstdc++ has not done by itself. Where the system's libstdc++ has no such version, the copy gets
/// the version marked weak in .gnu.version_r, and the symbol's entry renamed to a function without arguments that the library itself exports, so
/// that it resolves; nobody calls it. Elsewhere the copy equals its source byte for byte. The source is never written.
/// Formats: the ELF-64 specification, and the GNU extensions of symbol versioning in the Linux Standard Base.
/// </remarks>
public class MendTorchSharp : Task
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Symbol = "_ZSt21ios_base_library_initv";
    private const string Harmless = "THSTorch_get_and_reset_last_err";

    private const int SectionDynamicSymbols = 11;
    private const int SectionNeededVersions = 0x6ffffffe;
    private const int SectionSymbolVersions = 0x6fffffff;
    private const int HeaderSize = 64;
    private const int SymbolSize = 24;
    private const ushort WeakFlag = 2;
    private const ushort GlobalVersion = 1;

    /// <summary>The file in the package cache.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>The copy.</summary>
    [Required]
    public string Destination { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        byte[] bytes = File.ReadAllBytes(Source);
        string runtime = Runtime();
        if (runtime != null && !Contains(File.ReadAllBytes(runtime), Version + "\0"))
        {
            if (Mend(bytes))
            {
                Log.LogMessage(MessageImportance.Normal, "{0} has no {1}: the copy of {2} asks for it no more", runtime, Version, Path.GetFileName(Source));
            }
            else
            {
                Log.LogWarning("{0} has no {1}, which {2} asks for in a way that this step does not know: TorchSharp will not load here. "
                    + "Install the C++ runtime of GCC 13 or newer.", runtime, Version, Source);
            }
        }

        // A new file by rename: what runs keeps the old one, and a link to the cache is never written through.
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string fresh = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(fresh, bytes);
        File.Delete(Destination);
        File.Move(fresh, Destination);
        return true;
    }

    // The libstdc++ that the loader would take; null on a system without one, and elsewhere than on Linux.
    private static string Runtime()
    {
        string given = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? "";
        string[] usual =
        {
            "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
            "/usr/lib",
        };
        return given.Split(new[] { ':' }, StringSplitOptions.RemoveEmptyEntries)
            .Concat(usual)
            .Select(folder => Path.Combine(folder, "libstdc++.so.6"))
            .FirstOrDefault(File.Exists);
    }

    // Whether exactly the expected symbol asks for the version, and the two places were changed.
    private static bool Mend(byte[] elf)
    {
        if (elf.Length < HeaderSize || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
        {
            return false;
        }

        List<Section> sections = Sections(elf);
        Section symbols = sections.Find(s => s.Type == SectionDynamicSymbols);
        Section versions = sections.Find(s => s.Type == SectionSymbolVersions);
        Section needed = sections.Find(s => s.Type == SectionNeededVersions);
        if (symbols == null || versions == null || needed == null)
        {
            return false;
        }

        long names = sections[symbols.Link].Offset;
        int auxiliary = Auxiliary(elf, needed, sections[needed.Link].Offset);
        if (auxiliary < 0)
        {
            return false;
        }

        ushort index = BitConverter.ToUInt16(elf, auxiliary + 6);
        int count = (int)(symbols.Size / SymbolSize);
        int[] users = Enumerable.Range(0, count).Where(i => BitConverter.ToUInt16(elf, (int)versions.Offset + (2 * i)) == index).ToArray();
        int harmless = Enumerable.Range(0, count).FirstOrDefault(i => SectionOf(i) != 0 && NameOf(i) == Harmless);
        if (users.Length != 1 || NameOf(users[0]) != Symbol || SectionOf(users[0]) != 0 || harmless == 0)
        {
            return false;
        }

        Put(elf, auxiliary + 4, BitConverter.GetBytes((ushort)(BitConverter.ToUInt16(elf, auxiliary + 4) | WeakFlag)));
        Put(elf, EntryOf(users[0]), BitConverter.GetBytes(BitConverter.ToUInt32(elf, EntryOf(harmless))));
        Put(elf, (int)versions.Offset + (2 * users[0]), BitConverter.GetBytes(GlobalVersion));
        return true;

        int EntryOf(int i) => (int)symbols.Offset + (SymbolSize * i);
        string NameOf(int i) => Text(elf, names + BitConverter.ToUInt32(elf, EntryOf(i)));
        ushort SectionOf(int i) => BitConverter.ToUInt16(elf, EntryOf(i) + 6);
    }

    private static List<Section> Sections(byte[] elf)
    {
        long table = BitConverter.ToInt64(elf, 40);
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60);
        return Enumerable.Range(0, count).Select(i => (int)table + (i * size)).Select(at => new Section
        {
            Type = BitConverter.ToUInt32(elf, at + 4),
            Offset = BitConverter.ToInt64(elf, at + 24),
            Size = BitConverter.ToInt64(elf, at + 32),
            Link = BitConverter.ToInt32(elf, at + 40),
        }).ToList();
    }

    // Where the entry of the version stands in .gnu.version_r; -1 where it has none.
    private static int Auxiliary(byte[] elf, Section needed, long names)
    {
        int file = (int)needed.Offset;
        while (true)
        {
            int entries = BitConverter.ToUInt16(elf, file + 2), at = file + BitConverter.ToInt32(elf, file + 8);
            for (int i = 0; i < entries; i++)
            {
                if (Text(elf, names + BitConverter.ToUInt32(elf, at + 8)) == Version)
                {
                    return at;
                }

                at += BitConverter.ToInt32(elf, at + 12);
            }

            int next = BitConverter.ToInt32(elf, file + 12);
            if (next == 0)
            {
                return -1;
            }

            file += next;
        }
    }

    private static string Text(byte[] bytes, long at)
    {
        int end = Array.IndexOf(bytes, (byte)0, (int)at);
        return Encoding.ASCII.GetString(bytes, (int)at, end - (int)at);
    }

    private static bool Contains(byte[] bytes, string text) =>
        Encoding.GetEncoding("ISO-8859-1").GetString(bytes).IndexOf(text, StringComparison.Ordinal) >= 0;

    private static void Put(byte[] bytes, int at, byte[] value) => value.CopyTo(bytes, at);

    private sealed class Section
    {
        public uint Type;
        public long Offset;
        public long Size;
        public int Link;
    }
}
