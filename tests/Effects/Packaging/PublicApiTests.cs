using Floe.Effects;
using Floe.Tests.Properties;
using Xunit;

namespace Floe.Tests.Effects.Packaging;

/// <summary>The public surface of Floe.Effects is what api/Floe.Effects.txt says.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void TheSurfaceIsTheBaseline() => PublicSurface.IsTheBaseline(typeof(StageProgress).Assembly);
}
