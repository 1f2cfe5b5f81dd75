using System.Diagnostics.CodeAnalysis;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Domain;

/// <summary>Small steps over <see cref="Either{L, R}"/> that loops need, where a fold would build a deep chain.</summary>
internal static class Steps
{
    /// <summary>Unit where a condition holds, else the error.</summary>
    public static Either<FloeError, Unit> Check(bool holds, Func<FloeError> error) => holds ? unit : error();

    /// <summary>Whether a step failed; then <paramref name="error"/> is set, else <paramref name="value"/> is.</summary>
    public static bool Failed<T>(
        this Either<FloeError, T> step, [NotNullWhen(true)] out FloeError? error, [MaybeNullWhen(true)] out T value)
    {
        (error, value) = step.Match<(FloeError?, T?)>(Right: v => (null, v), Left: e => (e, default));
        return error is not null;
    }

    /// <summary>Does a step for every item and stops at the first error. A loop, so that the number of items does not matter.</summary>
    public static Either<FloeError, IReadOnlyList<R>> Each<T, R>(this IEnumerable<T> items, Func<T, Either<FloeError, R>> step)
    {
        List<R> done = [];
        foreach (T item in items)
        {
            if (step(item).Failed(out FloeError? error, out R? value))
            {
                return error;
            }

            done.Add(value);
        }

        return done;
    }

    /// <summary>Unit where a list of errors is empty, else all of them as one error.</summary>
    public static Either<FloeError, Unit> AllOf(IReadOnlyList<FloeError> errors) => errors.Count switch
    {
        0 => unit,
        1 => Left<FloeError, Unit>(errors[0]),
        _ => new FloeError.Several(errors[0], [.. errors.Skip(1)]),
    };
}
