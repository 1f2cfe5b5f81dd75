using System.Runtime.InteropServices;
using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Engine;

/// <summary>
/// The one place where what LibTorch throws becomes a <see cref="FloeError"/>. Everything in <c>Models</c>, <c>Adapters</c> and
/// <c>Collection</c> that takes or answers a tensor runs inside one of these calls; everything that does not has one inside.
/// </summary>
internal static class TensorEdge
{
    private const string CompiledText = "The following operation failed in the TorchScript interpreter";
    private const string CompiledError = "RuntimeError: ";

    /// <summary>Runs tensor work.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="where">What is being done, for the message.</param>
    /// <param name="work">The work; no <c>await</c> inside, since gradient mode and dispose scopes belong to the thread.</param>
    /// <returns>The answer; or <see cref="FloeError.Io"/> where LibTorch is missing or fails, out of memory named as such.</returns>
    public static Either<FloeError, T> Run<T>(string where, Func<T> work) => Bind(where, () => Right<FloeError, T>(work()));

    /// <summary>Runs tensor work that can fail by itself.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="where">What is being done, for the message.</param>
    /// <param name="work">The work.</param>
    /// <returns>What the work answers, or the translated exception.</returns>
    public static Either<FloeError, T> Bind<T>(string where, Func<Either<FloeError, T>> work)
    {
        EngineStart.BeforeLoading();
        return LibTorchLoading.Error(where).Match(Some: Left<FloeError, T>, None: () => Translated(where, work));
    }

    private static Either<FloeError, T> Translated<T>(string where, Func<Either<FloeError, T>> work)
    {
        try
        {
            EngineStart.AfterLoading();
            return work();
        }
        catch (ExternalException failure)
        {
            return Translate(where, failure.Message);
        }
        catch (OutOfMemoryException failure)
        {
            return OutOfMemory(where, failure.Message);
        }
        catch (Exception failure) when (failure.Source == nameof(TorchSharp) && failure is not TypeInitializationException)
        {
            // What TorchSharp itself refuses: sizes that are not those of an array, a device that is not there, a state of another
            // optimiser.
            return Translate(where, failure.Message);
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or BadImageFormatException
            or EntryPointNotFoundException)
        {
            string said = FirstLine((failure.InnerException ?? failure).Message);
            return new FloeError.Io(where, "load LibTorch", said, LibTorchLoading.BuildAgain);
        }
    }

    private static FloeError.Io Translate(string where, string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
            ? OutOfMemory(where, message)
            : new FloeError.Io(where, "run a LibTorch operation", Said(message), "Check that model, adapter and data belong together.");

    private static FloeError.Io OutOfMemory(string where, string message) =>
        new(where, "allocate memory", Said(message), "Use a smaller batch or shorter samples.");

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim().TrimEnd('.');

    // A compiled text tells its own lines first and what went wrong in the last one: "RuntimeError: mat1 and mat2 ...".
    private static string Said(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string last = lines.Length > 1 && lines[0].StartsWith(CompiledText, StringComparison.Ordinal)
            ? lines[^1]
            : lines.FirstOrDefault("nothing");
        return (last.StartsWith(CompiledError, StringComparison.Ordinal) ? last[CompiledError.Length..] : last).TrimEnd('.');
    }
}
