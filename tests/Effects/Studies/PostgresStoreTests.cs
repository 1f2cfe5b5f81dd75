using System.Diagnostics;
using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Studies;
using LanguageExt;
using Xunit;
using static LanguageExt.Prelude;

namespace Floe.Tests.Effects.Studies;

/// <summary>Studies in a PostgreSQL database, on a real server.</summary>
public sealed class PostgresStoreTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Laws => StoreConformance.Names;

    [PostgresTheory]
    [MemberData(nameof(Laws))]
    public void KeepsTheLaw(string law)
    {
        string address = server.NewDatabase();
        StoreConformance.Laws[law](() => Open(address));
    }

    [PostgresFact]
    public void AServerThatIsKilledLosesNothingAndIsWaitedFor()
    {
        string address = server.NewDatabase();
        int trained = 0;
        using IStudyStore store = Open(address);
        Thread worker = new(() => Errors.Value(StudyPlay.Worker(store, (point, seed, until) =>
        {
            if (Interlocked.Increment(ref trained) == 9)
            {
                server.Kill();
                new Thread(() =>
                {
                    Thread.Sleep(1500);
                    server.Start();
                }).Start();
            }

            return StudyPlay.Table(point, seed, until);
        }).Run(CancellationToken.None)));
        worker.Start();
        Assert.True(worker.Join(TimeSpan.FromMinutes(1)));
        using IStudyStore after = Open(address);
        StudyLog log = Errors.Value(after.Read());
        Assert.Equal(24, trained);
        Assert.Equal([.. Enumerable.Repeat(TrialState.Complete, 6)], log.Trials.Select(t => t.State));
        Assert.Equal(24, log.Trials.Sum(t => t.Told.Keys.Count(k => k.Key.StartsWith(RankStudy.Loss, StringComparison.Ordinal))));
    }

    [PostgresFact]
    public void ADeadWorkersTrialIsTakenOverWhenItsLeaseEnds()
    {
        string address = server.NewDatabase();
        using IStudyStore store = Open(address);
        StoreConformance.Add(store, new StudyEvent.StudyCreated("a", "s", Direction.Minimize));
        using Process dead = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [
                "exec", typeof(Program).Assembly.Location, "study-holds", address]) { RedirectStandardOutput = true })!;
        Assert.Equal("held", dead.StandardOutput.ReadLine());
        Thread.Sleep(Lease + Lease);
        Assert.True(Errors.Value(store.IsHeld(0)), "a living worker renews its lease");
        dead.Kill();
        Assert.True(Errors.Value(store.Hold(0)).IsNone);
        Thread.Sleep(Lease + TimeSpan.FromMilliseconds(500));
        Assert.False(Errors.Value(store.IsHeld(0)));
        Errors.Value(store.Hold(0)).IfNone(() => throw new Xunit.Sdk.XunitException("not taken over")).Dispose();
    }

    [Theory]
    [InlineData("postgresql://floe@127.0.0.1:1/nothing", "no server answers")]
    [InlineData("postgresql://floe:secret@127.0.0.1:1/nothing", "no server answers")]
    public void WithoutAServerThereIsOneMessageWithoutThePassword(string address, string found)
    {
        FloeError.Io error = Assert.IsType<FloeError.Io>(Errors.Of(StudyStores.Open(address)));
        Assert.StartsWith(found, error.Found, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://host")]
    [InlineData("postgresql://user@host:notaport/x")]
    [InlineData("postgresql://host/x?sslmode=perhaps")]
    [InlineData("postgresql://host/x?other=1")]
    public void AnotherFormOfAddressIsRefused(string address) => Assert.IsType<FloeError.Usage>(Errors.Of(StudyStores.Open(address)));

    /// <summary>The other process: holds trial 0 until it is killed.</summary>
    public static int Hold(string address)
    {
        using IStudyStore store = Open(address);
        Option<IDisposable> hold = store.Hold(0).IfLeft(Option<IDisposable>.None);
        Console.WriteLine(hold.IsSome ? "held" : "not held");
        Thread.Sleep(TimeSpan.FromMinutes(1));
        return 0;
    }

    private static IStudyStore Open(string address) =>
        Errors.Value(PostgresAddress.Parse(address).Bind(a => PostgresStore.Open(a, Lease, TimeSpan.FromSeconds(30))));
}
