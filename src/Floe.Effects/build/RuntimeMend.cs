using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes a copy of TorchSharp's libLibTorchSharp.so that C++ runtimes older than GCC 13's load too, down to GCC 11's.
/// </summary>
/// <remarks>
/// Two symbols ask for a newer libstdc++. GLIBCXX_3.4.32 is wanted for _ZSt21ios_base_library_initv alone, which is there so that newer
/// headers find a newer library and does nothing that an older one has not done by itself: the copy has its entry renamed to a function
/// without arguments that the library itself exports, so that it resolves; nobody calls it. GLIBCXX_3.4.30 is wanted for
/// condition_variable::wait alone, which every libstdc++ has as GLIBCXX_3.4.11 too: the copy asks for that one. Both versions are marked
/// weak in .gnu.version_r. Where the file is neither this nor free of these versions, nothing is written and a warning says what to do. The
/// source is never written. Formats: the ELF-64 specification, and the GNU extensions of symbol versioning in the Linux Standard Base.
/// </remarks>
public class MendTorchSharp : Task
{
    private const string Newest = "GLIBCXX_3.4.32";
    private const string Initialise = "_ZSt21ios_base_library_initv";
    private const string Harmless = "THSTorch_get_and_reset_last_err";
    private const string Newer = "GLIBCXX_3.4.30";
    private const string Wait = "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE";
    private const string Old = "GLIBCXX_3.4.11";

    private const uint SectionDynamicSymbols = 11;
    private const uint SectionNeededVersions = 0x6ffffffe;
    private const uint SectionSymbolVersions = 0x6fffffff;
    private const int SymbolSize = 24;
    private const ushort WeakFlag = 2;
    private const ushort GlobalVersion = 1;

    private byte[] elf;

    /// <summary>The file in the package cache.</summary>
    [Required]
    public string Source { get; set; }

    /// <summary>The copy.</summary>
    [Required]
    public string Destination { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            elf = File.ReadAllBytes(Source);
            Mend();
            Write();
        }
        catch (InvalidDataException unknown)
        {
            Log.LogWarning(null, "FLOE001", null, Source, 0, 0, 0, 0,
                "This is not the file that Floe mends for C++ runtimes older than GCC 13 ({0}): TorchSharp will not load where "
                + "libstdc++ lacks {1}. Restore the package TorchSharp again (delete its folder from the package cache), or install the "
                + "C++ runtime of "
                + "GCC 13 or newer.",
                unknown.Message, Newest);
        }
        catch (Exception failure) when (failure is IOException || failure is UnauthorizedAccessException)
        {
            Log.LogErrorFromException(failure);
        }

        return !Log.HasLoggedErrors;
    }

    // A new file by rename: what runs keeps the old one, and a link to the cache is never written through.
    private void Write()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string fresh = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(fresh, elf);
        File.Delete(Destination);
        File.Move(fresh, Destination);
    }

    // Changes the file where exactly the expected symbols ask for the versions.
    private void Mend()
    {
        Expect(elf.Length >= 64 && elf.Take(6).SequenceEqual(Encoding.ASCII.GetBytes("\u007fELF\u0002\u0001")), "no 64-bit ELF file");
        List<Section> sections = Sections();
        Section symbols = Only(sections, SectionDynamicSymbols);
        Section versions = Only(sections, SectionSymbolVersions);
        Section needed = Only(sections, SectionNeededVersions);
        Section names = LinkOf(symbols), versionNames = LinkOf(needed);
        int count = symbols.Size / SymbolSize;
        Expect(versions.Size >= 2 * count, "not every symbol has a version");

        Weaken(Newest, Initialise, symbol =>
        {
            int harmless = Enumerable.Range(0, count).FirstOrDefault(i => SectionOf(i) != 0 && NameIs(i, Harmless));
            Expect(harmless != 0, "no export " + Harmless);
            Put(EntryOf(symbol), BitConverter.GetBytes(Word(EntryOf(harmless))));
            Put(VersionOf(symbol), BitConverter.GetBytes(GlobalVersion));
        });
        Weaken(Newer, Wait, symbol =>
        {
            int old = NeededVersion(needed, versionNames, Old);
            Expect(old >= 0, "it does not ask for " + Old);
            Put(VersionOf(symbol), BitConverter.GetBytes(Short(old + 6)));
        });

        void Weaken(string version, string symbol, Action<int> redirect)
        {
            int entry = NeededVersion(needed, versionNames, version);
            if (entry >= 0)
            {
                ushort index = Short(entry + 6);
                List<int> users = Enumerable.Range(0, count).Where(i => Short(VersionOf(i)) == index).ToList();
                Expect(users.Count == 1 && SectionOf(users[0]) == 0 && NameIs(users[0], symbol), "other symbols ask for " + version);
                Put(entry + 4, BitConverter.GetBytes((ushort)(Short(entry + 4) | WeakFlag)));
                redirect(users[0]);
            }
        }

        Section LinkOf(Section section)
        {
            Expect(section.Link < sections.Count, "a table of names is missing");
            return sections[section.Link];
        }

        int EntryOf(int i) => symbols.Offset + (SymbolSize * i);
        int VersionOf(int i) => versions.Offset + (2 * i);
        bool NameIs(int i, string name) => Is(name, names, Word(EntryOf(i)));
        ushort SectionOf(int i) => Short(EntryOf(i) + 6);
    }

    private List<Section> Sections()
    {
        long table = Long(40);
        int size = Short(58), count = Short(60);
        return Enumerable.Range(0, count).Select(i => Place(table + ((long)i * size), 64)).Select(at => new Section
        {
            Type = Word(at + 4),
            At = Long(at + 24),
            Length = Long(at + 32),
            Link = (int)Math.Min(Word(at + 40), int.MaxValue),
        }).ToList();
    }

    private Section Only(List<Section> sections, uint type)
    {
        List<Section> found = sections.Where(s => s.Type == type).ToList();
        Expect(found.Count == 1, "no section of dynamic symbols and their versions");
        Expect(found[0].Length >= 0 && found[0].Length <= elf.Length, "a section is longer than the file");
        Place(found[0].At, found[0].Size);
        return found[0];
    }

    // Where the entry of the version stands in .gnu.version_r; -1 where the file does not ask for it. The chains go forward, so they end.
    private int NeededVersion(Section needed, Section names, string version)
    {
        for (int file = needed.Offset, next = 1; next > 0; file += next)
        {
            int at = Forward(file, Word(file + 8));
            for (int left = Short(file + 2), step = 1; left > 0 && step > 0; left--, at = Forward(at, (uint)step))
            {
                if (Is(version, names, Word(at + 8)))
                {
                    return at;
                }

                step = (int)Math.Min(Word(at + 12), int.MaxValue);
            }

            next = (int)Math.Min(Word(file + 12), int.MaxValue);
            Forward(file, (uint)next);
        }

        return -1;
    }

    private bool Is(string name, Section names, uint at)
    {
        long start = names.At + at;
        return start >= 0 && start < elf.Length - name.Length && Encoding.ASCII.GetString(elf, (int)start, name.Length + 1) == name + "\0";
    }

    private int Forward(int from, uint step) => Place((long)from + step, 16);

    private ushort Short(int at) => BitConverter.ToUInt16(elf, Place(at, 2));

    private uint Word(int at) => BitConverter.ToUInt32(elf, Place(at, 4));

    private long Long(int at) => BitConverter.ToInt64(elf, Place(at, 8));

    private int Place(long at, int length)
    {
        Expect(at >= 0 && at <= elf.Length - length, "it points outside itself");
        return (int)at;
    }

    private void Put(int at, byte[] value) => value.CopyTo(elf, at);

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private sealed class Section
    {
        public uint Type;
        public long At;
        public long Length;
        public int Link;

        public int Offset => (int)At;

        public int Size => (int)Length;
    }
}
