using Floe.Domain;
using LanguageExt;

namespace Floe.Tests.Effects;

/// <summary>Takes an answer apart in a test.</summary>
public static class Errors
{
    /// <summary>The error that must be there.</summary>
    public static FloeError Of<T>(Either<FloeError, T> answer) =>
        answer.Match(Right: found => throw new Xunit.Sdk.XunitException($"expected an error, found {found}"), Left: e => e);

    /// <summary>The value that must be there.</summary>
    public static T Value<T>(Either<FloeError, T> answer) =>
        answer.Match(Right: found => found, Left: e => throw new Xunit.Sdk.XunitException(e.Message));
}
