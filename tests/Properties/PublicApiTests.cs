using Floe.Domain;
using Xunit;

namespace Floe.Tests.Properties;

/// <summary>The public surface of Floe.Domain is what api/Floe.Domain.txt says.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void TheSurfaceIsTheBaseline() => PublicSurface.IsTheBaseline(typeof(FloeError).Assembly);
}
