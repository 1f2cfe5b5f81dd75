using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Formats;

/// <summary>What a file is instead of what its reader wants.</summary>
/// <param name="Words">What it is, with its article.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record ForeignFile(string Words, string Remedy)
{
    private const string Again = "Download the file itself again; the text says why it did not come.";
    private const string Unfinished = "Fetch or save it again: the last time did not come to its end.";
    private const string AsSafetensors = "Save it again as safetensors (safetensors.torch.save_file, or save_pretrained with "
        + "safe_serialization=True).";

    /// <summary>Files that begin with a signature of their own.</summary>
    private static readonly (byte[] Signature, int At, string Words, string Remedy)[] Signatures =
    [
        ([0x1F, 0x8B], 0, "a gzip archive", "Unpack it first: gunzip."),
        ([0x28, 0xB5, 0x2F, 0xFD], 0, "a Zstandard archive", "Unpack it first: unzstd."),
        ([0x04, 0x22, 0x4D, 0x18], 0, "an LZ4 archive", "Unpack it first: unlz4."),
        ([.. "BZh"u8], 0, "a bzip2 archive", "Unpack it first: bunzip2."),
        ([0xFD, .. "7zXZ"u8, 0], 0, "an xz archive", "Unpack it first: unxz."),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], 0, "a 7z archive", "Unpack it first: 7z x."),
        ([.. "Rar!"u8, 0x1A, 0x07], 0, "a RAR archive", "Unpack it first: unrar x."),
        ([.. "ustar"u8], 257, "a tar archive", "Unpack it first: tar xf."),
        ([0x89, .. "HDF\r\n"u8], 0, "an HDF5 file (Keras, older TensorFlow)", "Save it again as safetensors."),
        ([0x93, .. "NUMPY"u8], 0, "a NumPy array", "Save it again in the form that is expected."),
        ([.. "ARROW1"u8, 0, 0], 0, "an Arrow or Feather file", "Save it again in the form that is expected."),
        ([.. "SQLite format 3"u8], 0, "an SQLite database", "Save its rows in the form that is expected."),
        ([.. "lmgg"u8], 0, "a GGML file, older than GGUF", "Convert it with llama.cpp's convert_hf_to_gguf.py from the original model."),
        ([.. "tjgg"u8], 0, "a GGML file, older than GGUF", "Convert it with llama.cpp's convert_hf_to_gguf.py from the original model."),
        ([.. "fmgg"u8], 0, "a GGML file, older than GGUF", "Convert it with llama.cpp's convert_hf_to_gguf.py from the original model."),
        ([.. "%PDF-"u8], 0, "a PDF document", "Save its text as UTF-8."),
        ([0x89, .. "PNG\r\n"u8], 0, "a PNG image", "Check the path."),
        ([0xFF, 0xD8, 0xFF], 0, "a JPEG image", "Check the path."),
        ([0x7F, .. "ELF"u8], 0, "a program", "Check the path."),
    ];

    private static readonly string[] UnfinishedEndings = [".part", ".partial", ".incomplete", ".crdownload", ".download", ".tmp"];

    /// <summary>
    /// The answer of a reader, or, where it could not read the file and the file is something else that is known by its beginning, the
    /// error that says so. Refusals of the system pass as they are.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">What the reader wants.</param>
    /// <param name="read">What the reader answers.</param>
    public static Either<FloeError, T> Named<T>(string path, FileForm wanted, Either<FloeError, T> read) =>
        read.MapLeft(error => IsOfData(error) ? ErrorOf(path, wanted).IfNone(error) : error);

    /// <summary>As <see cref="Named{T}(string,FileForm,Either{FloeError,T})"/> for bytes that were read, perhaps from a pipe.</summary>
    public static Either<FloeError, T> Named<T>(string path, byte[] all, FileForm wanted, Either<FloeError, T> read) =>
        read.MapLeft(error => IsOfData(error) ? ErrorOf(path, all, all.Length, wanted).IfNone(error) : error);

    /// <summary>
    /// Unit, or the error of a text that stands for a file which was not fetched: every reader of text takes it for text otherwise.
    /// </summary>
    public static Either<FloeError, Unit> NotAPointer(string path, ReadOnlySpan<byte> start, FileForm wanted) =>
        Pointer(start).Match(found => Left<FloeError, Unit>(found.Error(path, wanted)), () => unit);

    /// <summary>What a file is, or none where nothing speaks against the form that is wanted.</summary>
    /// <param name="start">Its first bytes, 4096 are enough.</param>
    /// <param name="length">Bytes of the whole.</param>
    /// <param name="wanted">The form that is wanted.</param>
    public static Option<ForeignFile> Of(ReadOnlySpan<byte> start, long length, FileForm wanted)
    {
        if (length == 0)
        {
            return wanted.IsText() && wanted != FileForm.Json ? None : new ForeignFile("an empty file", Unfinished);
        }

        if (Pointer(start).Case is ForeignFile pointer)
        {
            return pointer;
        }

        foreach ((byte[] signature, int at, string words, string remedy) in Signatures)
        {
            if (start.Length >= at + signature.Length && start[at..].StartsWith(signature))
            {
                return new ForeignFile(words, remedy);
            }
        }

        return Pickled(start) || Tensors(start, length, wanted) || Encoded(start, wanted) || Written(start, wanted);
    }

    /// <summary>The error that says what the file is.</summary>
    public FloeError.BadData Error(string path, FileForm wanted) => new(path, wanted.Words(), Words, Remedy);

    private static bool IsOfData(FloeError error) => error switch
    {
        FloeError.Io or FloeError.Usage => false,
        FloeError.Several several => IsOfData(several.First),
        _ => true,
    };

    private static Option<FloeError> ErrorOf(string path, FileForm wanted) => RandomFile.Open(path).Match(
        Left: _ => None,
        Right: file =>
        {
            using (file)
            {
                byte[] start = new byte[Math.Min(4096, file.Length)];
                return file.ReadAt(0, start).Match(Left: _ => None, Right: _ => ErrorOf(path, start, file.Length, wanted));
            }
        });

    private static Option<FloeError> ErrorOf(string path, byte[] start, long length, FileForm wanted) =>
        (Of(start.AsSpan(0, Math.Min(4096, start.Length)), length, wanted)
            || (UnfinishedEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                ? new ForeignFile($"a file of an unfinished download or save ({Path.GetExtension(path)})", Unfinished)
                : Option<ForeignFile>.None))
        .Map(found => (FloeError)found.Error(path, wanted));

    private static Option<ForeignFile> Pointer(ReadOnlySpan<byte> start) =>
        start.StartsWith("version https://git-lfs.github.com/spec/"u8) ? new ForeignFile(
            "a git-LFS pointer, which stands for the real file",
            "Fetch the real file: run git lfs pull in the repository that it comes from, or download the file itself.")
        : start.Length < 4096 && (start.StartsWith("/annex/objects/"u8) || start.IndexOf("/.git/annex/objects/"u8) >= 0) ? new ForeignFile(
            "a git-annex pointer, which stands for the real file",
            "Fetch the real file: run git annex get in the repository that it comes from.")
        : Option<ForeignFile>.None;

    private static Option<ForeignFile> Pickled(ReadOnlySpan<byte> start) =>
        start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8)
            ? start.IndexOf("data.pkl"u8) >= 0 || start.IndexOf("/version"u8) >= 0
                ? new ForeignFile("a PyTorch file (a zip archive with a pickle in it)", AsSafetensors)
                : start.IndexOf(".npy"u8) >= 0
                    ? new ForeignFile("NumPy arrays (.npz)", "Save them again in the form that is expected.")
                    : new ForeignFile("a zip archive", "Unpack it first: unzip.")
            : start.Length > 2
                && start[0] == 0x80
                && start[1] is >= 2 and <= 5
                && (start[2] is (byte)'}' or (byte)']' or (byte)'c' or (byte)'(' or 0x8A or 0x95)
                ? new ForeignFile("a Python pickle (PyTorch's older form)", AsSafetensors)
                : Option<ForeignFile>.None;

    private static Option<ForeignFile> Tensors(ReadOnlySpan<byte> start, long length, FileForm wanted)
    {
        bool safetensors = start.Length > 8
            && start[8] == (byte)'{'
            && BinaryPrimitives.ReadUInt64LittleEndian(start) is var header
            && header > 1
            && header <= (ulong)length;
        Option<FileForm> found = start.StartsWith("GGUF"u8) ? Some(FileForm.Gguf)
            : start.StartsWith("PAR1"u8) ? Some(FileForm.Parquet)
            : safetensors ? Some(FileForm.Safetensors)
            : None;
        return found.Filter(form => form != wanted)
            .Map(form => new ForeignFile(form.Words(), "Give the file to what reads that form, or give another one."));
    }

    // Text readers read UTF-16 behind its mark; what is wrong of it then is something else.
    private static Option<ForeignFile> Encoded(ReadOnlySpan<byte> start, FileForm wanted) =>
        start.IndexOfAnyExcept((byte)0) < 0 ? new ForeignFile(
            "nothing but zero bytes, as an unfinished download or save leaves them", Unfinished)
        : TextFile.IsWide(start) && (wanted == FileForm.Json || !wanted.IsText()) ? Wide("UTF-16")
        : Zeros(start, 0) ? Wide("UTF-16BE")
        : Zeros(start, 1) ? Wide("UTF-16LE")
        : Option<ForeignFile>.None;

    private static ForeignFile Wide(string encoding) =>
        new("text in UTF-16", $"Save it as UTF-8 (iconv -f {encoding} -t UTF-8).");

    /// <summary>Whether a text is ASCII in two bytes a character, of which the first or the second is 0.</summary>
    private static bool Zeros(ReadOnlySpan<byte> start, int zero)
    {
        int pairs = Math.Min(16, start.Length / 2), found = 0;
        for (int at = 0; at < pairs; at++)
        {
            found += start[(2 * at) + zero] == 0 && start[(2 * at) + 1 - zero] is >= 9 and < 127 ? 1 : 0;
        }

        return pairs >= 4 && found == pairs;
    }

    private static Option<ForeignFile> Written(ReadOnlySpan<byte> start, FileForm wanted)
    {
        if (wanted == FileForm.Text || TextOf(start) is not { } text)
        {
            return None;
        }

        string shown = text.TrimStart('\uFEFF').TrimStart();
        return shown.Length == 0 ? None
            : StartsWithAny(shown, "<!doctype html", "<html", "<head", "<?xml", "<!--", "<Error>") ? new ForeignFile(
                "a web page (HTML), perhaps of an error or a sign-in",
                    "Download the file itself: open its address in a browser to see what the page says.")
            : wanted is FileForm.Yaml ? None
            : shown[0] is '{' or '[' or '"' ? (wanted.IsText() ? None : new ForeignFile($"JSON ({Shortened(shown)})", Again))
            : Table(shown) ? new ForeignFile("a table of text (CSV or TSV)", wanted == FileForm.Parquet
                ? "Save it as Parquet: pandas.read_csv(FILE).to_parquet(FILE)."
                : "Write each row as one JSON object on a line, such as {\"prompt\": \"...\", \"completion\": \"...\"}.")
            : wanted.IsText() ? None
            : new ForeignFile($"plain text ({Shortened(shown)})", Again);
    }

    // The last character may be cut, so up to three bytes at the end are left out.
    private static string? TextOf(ReadOnlySpan<byte> start)
    {
        for (int cut = 0; cut <= Math.Min(3, start.Length); cut++)
        {
            if (Utf8.IsValid(start[..^cut]))
            {
                string text = Encoding.UTF8.GetString(start[..^cut]);
                return text.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c)) ? null : text;
            }
        }

        return null;
    }

    private static bool StartsWithAny(string text, params string[] starts) =>
        starts.Any(start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the first two lines have as many commas, tabs or semicolons, at least one.</summary>
    private static bool Table(string text)
    {
        string[] lines = [.. text.Split('\n', '\r').Where(line => line.Length > 0).Take(2)];
        return lines.Length > 0 && ",\t;".Any(separator =>
            lines[0].Contains(separator, StringComparison.Ordinal) && Fields(lines[0], separator) == Fields(lines[^1], separator));
    }

    /// <summary>Fields of a row; a separator in quotes is none.</summary>
    private static int Fields(string line, char separator)
    {
        int count = 1;
        bool quoted = false;
        foreach (char c in line)
        {
            quoted ^= c == '"';
            count += c == separator && !quoted ? 1 : 0;
        }

        return count;
    }

    private static string Shortened(string text)
    {
        string line = text.Split('\n', '\r')[0].Trim();
        return line.Length <= 40 ? $"`{line}`" : $"`{line[..40]}…`";
    }
}
