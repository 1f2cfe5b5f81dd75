using System.Text.Json;
using Floe.Domain;
using Floe.Effects.Formats.Safetensors;
using LanguageExt;
using Xunit;

namespace Floe.Tests.Effects.Models;

/// <summary>Reading and comparing a fixture's numbers.</summary>
internal static class Expected
{
    public static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

    public static Either<FloeError, double[]> Doubles(string path, string name) => SafetensorsFile.Open(path).Bind(file =>
    {
        using (file)
        {
            return file.Doubles(name);
        }
    });

    public static bool Has(string path, string name) => SafetensorsFile.Open(path).Match(
        Right: file =>
        {
            using (file)
            {
                return file.Tensors.ContainsKey(name);
            }
        },
        Left: error => throw new InvalidDataException(error.Message));

    /// <summary>Asserts that no element is farther than a tolerance from what is expected.</summary>
    public static void Close(string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> found, double tolerance)
    {
        Assert.True(expected.Length == found.Length, $"{what}: {found.Length} numbers instead of {expected.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - found[i]) <= tolerance, $"{what}[{i}]: {found[i]:R} instead of {expected[i]:R} (± {tolerance})");
        }
    }

    /// <summary>As <see cref="Close"/>, the tolerance relative to the largest expected magnitude.</summary>
    public static void CloseToLargest(string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> found, double relative)
    {
        double largest = 0.0;
        foreach (double value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        Close(what, expected, found, relative * largest);
    }

    /// <summary>Asserts that the relative distance ‖found − expected‖ / ‖expected‖ is within a tolerance.</summary>
    public static void CloseInNorm(string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> found, double relative)
    {
        Assert.True(expected.Length == found.Length, $"{what}: {found.Length} numbers instead of {expected.Length}");
        double gap = 0.0, norm = 0.0;
        for (int i = 0; i < expected.Length; i++)
        {
            gap += (expected[i] - found[i]) * (expected[i] - found[i]);
            norm += expected[i] * expected[i];
        }

        Assert.True(gap <= relative * relative * norm, $"{what}: relative distance {Math.Sqrt(gap / norm):E2} is over {relative}");
    }
}
