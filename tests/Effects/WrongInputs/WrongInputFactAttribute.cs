using Xunit;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>A test of <c>./floe test wrong-inputs</c>: some 1,700 calls, and not all new functions have values yet.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WrongInputFactAttribute : FactAttribute
{
    public WrongInputFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("FLOE_WRONG_INPUTS") != "1")
        {
            Skip = "run by ./floe test wrong-inputs";
        }
    }
}
