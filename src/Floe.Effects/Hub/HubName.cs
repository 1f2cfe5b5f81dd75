using System.Text.RegularExpressions;
using Floe.Domain;
using LanguageExt;

namespace Floe.Effects.Hub;

/// <summary>A model on a hub: <c>org/name</c>, perhaps with <c>@revision</c>.</summary>
/// <param name="Owner">The organisation or user.</param>
/// <param name="Name">The model.</param>
/// <param name="Revision">Branch, tag or commit.</param>
internal sealed partial record HubName(string Owner, string Name, string Revision)
{
    /// <summary>Reads a name.</summary>
    /// <param name="typed">What was typed.</param>
    /// <returns>The name; <see cref="FloeError.Usage"/> for another text.</returns>
    public static Either<FloeError, HubName> Parse(string typed) => Known().Match(typed) is { Success: true } match
        ? new HubName(
            match.Groups["owner"].Value, match.Groups["name"].Value, match.Groups["revision"] is { Success: true } given
                ? given.Value
                : "main")
        : new FloeError.Usage("model", "org/name or org/name@revision", $"`{typed}`", "Give the name as the hub shows it.");

    /// <summary>The folder of the cache that holds it.</summary>
    internal string Folder => $"models--{Owner}--{Name}";

    // No part is a dot or two, so that none leads out of the cache.
    [GeneratedRegex(
        @"^(?<owner>[A-Za-z0-9][\w.-]{0,95})/(?<name>[A-Za-z0-9][\w.-]{0,95})(?:@(?<revision>[A-Za-z0-9][\w.-]{0,127}))?$",
            RegexOptions.ECMAScript | RegexOptions.ExplicitCapture)]
    private static partial Regex Known();
}
