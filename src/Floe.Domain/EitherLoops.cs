using System.Diagnostics.CodeAnalysis;
using LanguageExt;

namespace Floe.Domain;

/// <summary>Leaving a loop at its first error, where a fold would build a deep chain.</summary>
internal static class EitherLoops
{
    /// <summary>True with the error where there is one; false with the value otherwise.</summary>
    public static bool Failed<T>(this Either<FloeError, T> either, [NotNullWhen(true)] out FloeError? error, [NotNullWhen(false)] out T? value)
        where T : notnull
    {
        (FloeError? Error, T? Value) both = either.Match<(FloeError?, T?)>(Right: v => (null, v), Left: e => (e, default));
        (error, value) = both;
        return error is not null;
    }
}
