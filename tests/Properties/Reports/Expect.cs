using Floe.Domain;
using LanguageExt;

namespace Floe.Tests.Properties.Reports;

/// <summary>Takes the value out of a result that must be right, or out of an option that must hold one.</summary>
public static class Expect
{
    public static T Right<T>(Either<FloeError, T> result) =>
        result.Match(Right: value => value, Left: error => throw new Xunit.Sdk.XunitException(error.Message));

    public static T Some<T>(Option<T> option) => option.IfNone(() => throw new Xunit.Sdk.XunitException("no value"));
}
