using Floe.Domain;
using LanguageExt;

namespace Floe.Tests.Properties.Reports;

/// <summary>Takes the value out of a result that must be right.</summary>
public static class Expect
{
    public static T Right<T>(Either<FloeError, T> result) =>
        result.Match(Right: value => value, Left: error => throw new Xunit.Sdk.XunitException(error.Message));
}
