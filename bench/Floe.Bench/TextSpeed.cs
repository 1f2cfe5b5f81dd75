using System.Diagnostics;
using System.Globalization;
using System.Text;
using Floe.Domain.Text;
using Floe.Effects.Formats.Tokenizers;
using LanguageExt;

namespace Floe.Bench;

/// <summary>Megabytes a second that tokenizers read and write, one thread each, and the seconds of the two longest words there are.</summary>
internal static class TextSpeed
{
    private const int Rounds = 3;

    /// <summary>Measures the tokenizers of folders on a text.</summary>
    /// <param name="args">The text file, then model folders or tokenizer files.</param>
    public static int Run(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("usage: floe-bench text TEXT TOKENIZER...");
            return 2;
        }

        string text = File.ReadAllText(args[0]);
        Console.WriteLine("tokenizer | encode MB/s | decode MB/s | 10 MB of one letter, s | 1 MB of combining marks, s");
        foreach (string path in args[1..])
        {
            Tokenizer tokenizer = TokenizerFile.Open(path).Value().Tokenizer;
            double megabytes = Encoding.UTF8.GetByteCount(text) / 1e6;
            Arr<int> ids = tokenizer.Encode(text);
            double encode = Seconds(() => tokenizer.Encode(text)), decode = Seconds(() => tokenizer.Decode(ids));
            double letters = Once(() => tokenizer.Encode(new string('a', 10_000_000)));
            double marks = Once(() => tokenizer.Encode(new string('\u0301', 500_000)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(path.TrimEnd('/'))} | {megabytes / encode:F2} | {megabytes / decode:F1} | {letters:F2} | {marks:F2}"));
        }

        return 0;
    }

    // The fastest of a few: others may work beside.
    private static double Seconds<T>(Func<T> work) => Enumerable.Range(0, Rounds).Min(_ => Once(work));

    private static double Once<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        GC.KeepAlive(result);
        return seconds;
    }
}
