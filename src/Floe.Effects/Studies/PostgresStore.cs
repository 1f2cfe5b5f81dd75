using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using LanguageExt;
using Npgsql;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>
/// Studies in a PostgreSQL database, for workers on many machines: the same lines as a journal's, as rows of <c>floe_study_events</c>. A
/// worker says that it is at a trial by a lease in <c>floe_study_holds</c>, which it renews while it lives; the server's clock counts. A
/// server that goes away and comes back is waited for.
/// </summary>
internal sealed class PostgresStore : IStudyStore
{
    // Any number, the same for every worker: what the lock of a database is asked by.
    private const long Lock = 0x666C_6F65_7374;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS floe_study_events (place bigint PRIMARY KEY, batch uuid NOT NULL, line text NOT NULL);
        CREATE INDEX IF NOT EXISTS floe_study_batches ON floe_study_events (batch);
        CREATE TABLE IF NOT EXISTS floe_study_holds (trial integer PRIMARY KEY, worker uuid NOT NULL, until timestamptz NOT NULL);
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly PostgresAddress address;
    private readonly TimeSpan lease;
    private readonly TimeSpan patience;
    private readonly Guid worker = Guid.NewGuid();
    private StudyLog log = StudyLog.Empty;
    private long known;

    private PostgresStore(PostgresAddress address, TimeSpan lease, TimeSpan patience) =>
        (this.address, this.lease, this.patience) = (address, lease, patience);

    /// <summary>How long a dead worker's trial stays its own.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a server that went away is waited for.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => address.Shown;

    /// <summary>Opens a database, and makes the tables where they are missing.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="lease">How long a dead worker's trial stays its own.</param>
    /// <param name="patience">How long a server that went away is waited for.</param>
    public static Either<FloeError, IStudyStore> Open(PostgresAddress address, TimeSpan lease, TimeSpan patience)
    {
        PostgresStore store = new(address, lease, patience);
        return store.Try(TimeSpan.Zero, connection =>
        {
            using NpgsqlTransaction change = Locked(connection);
            Run(connection, Schema);
            change.Commit();
            return Right<FloeError, IStudyStore>(store);
        });
    }

    /// <inheritdoc/>
    public Either<FloeError, StudyLog> Read() => Try(patience, ReadOn);

    /// <inheritdoc/>
    public Either<FloeError, (StudyLog Log, T Answer)> Change<T>(
        Func<StudyLog, Either<FloeError, (IReadOnlyList<StudyEvent> Events, T Answer)>> decide)
    {
        // Where the answer to a commit was lost, the batch says whether it was done.
        Option<(Guid Batch, T Answer)> sent = None;
        return Try(patience, connection =>
        {
            using NpgsqlTransaction change = Locked(connection);
            return ReadOn(connection).Bind(before => sent.Case is (Guid batch, T answer) && IsThere(connection, batch)
                ? Right<FloeError, (StudyLog, T)>((before, answer))
                : decide(before).Map(decided =>
                {
                    Guid next = Guid.NewGuid();
                    Insert(connection, next, decided.Events);
                    sent = (next, decided.Answer);
                    change.Commit();
                    (log, known) = (decided.Events.Aggregate(log, (state, one) => state.After(one)), known + decided.Events.Count);
                    return (log, decided.Answer);
                }));
        });
    }

    /// <inheritdoc/>
    public Either<FloeError, Option<IDisposable>> Hold(int trial) => Try(patience, connection =>
    {
        using NpgsqlCommand command = Command(connection, """
            INSERT INTO floe_study_holds VALUES (@trial, @worker, now() + @lease)
            ON CONFLICT (trial) DO UPDATE SET worker = excluded.worker, until = excluded.until
            WHERE floe_study_holds.worker = excluded.worker OR floe_study_holds.until < now()
            """, ("trial", trial), ("worker", worker), ("lease", lease));
        return Right<FloeError, Option<IDisposable>>(command.ExecuteNonQuery() > 0 ? Some<IDisposable>(new Beat(this, trial)) : None);
    });

    /// <inheritdoc/>
    public Either<FloeError, bool> IsHeld(int trial) => Try(patience, connection =>
    {
        using NpgsqlCommand command = Command(
            connection, "SELECT count(*) FROM floe_study_holds WHERE trial = @trial AND until >= now()", ("trial", trial));
        return Right<FloeError, bool>((long)command.ExecuteScalar()! > 0);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static NpgsqlTransaction Locked(NpgsqlConnection connection)
    {
        NpgsqlTransaction change = connection.BeginTransaction();
        using NpgsqlCommand command = Command(connection, "SELECT pg_advisory_xact_lock(@lock)", ("lock", Lock));
        command.ExecuteNonQuery();
        return change;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string text, params (string Name, object Value)[] values)
    {
#pragma warning disable CA2100 // texts of this file; values are parameters
        NpgsqlCommand command = new(text, connection);
#pragma warning restore CA2100
        foreach ((string name, object value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private static void Run(NpgsqlConnection connection, string text, params (string Name, object Value)[] values)
    {
        using NpgsqlCommand command = Command(connection, text, values);
        command.ExecuteNonQuery();
    }

    private static bool IsThere(NpgsqlConnection connection, Guid batch)
    {
        using NpgsqlCommand command = Command(connection, "SELECT count(*) FROM floe_study_events WHERE batch = @batch", ("batch", batch));
        return (long)command.ExecuteScalar()! > 0;
    }

    private void Insert(NpgsqlConnection connection, Guid batch, IReadOnlyList<StudyEvent> events)
    {
        for (int i = 0; i < events.Count; i++)
        {
            Run(connection, "INSERT INTO floe_study_events VALUES (@place, @batch, @line)", ("place", known + i), ("batch", batch), (
                "line", JournalLines.Write(events[i])));
        }
    }

    private Either<FloeError, StudyLog> ReadOn(NpgsqlConnection connection)
    {
        using NpgsqlCommand command = Command(
            connection, "SELECT line FROM floe_study_events WHERE place >= @known ORDER BY place", ("known", known));
        using NpgsqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (JournalLines.Read($"{Name}, event {known}", reader.GetString(0)).Failed(out FloeError? error, out StudyEvent? one))
            {
                return error;
            }

            (log, known) = (log.After(one), known + 1);
        }

        return log;
    }

    private Either<FloeError, T> Try<T>(TimeSpan wait, Func<NpgsqlConnection, Either<FloeError, T>> use)
    {
        for (DateTime until = DateTime.UtcNow + wait; ; Thread.Sleep(Pause))
        {
            try
            {
                using NpgsqlConnection connection = new(address.Connection);
                connection.Open();
                return use(connection);
            }
            catch (NpgsqlException lost) when (IsLost(lost) && DateTime.UtcNow < until)
            {
                // The server comes back, or the time is over.
            }
            catch (NpgsqlException refusal)
            {
                return new FloeError.Io(
                    Name,
                    "use the database",
                    refusal is PostgresException said ? said.MessageText : "no server answers, or it went away",
                    "Check the address, that the server runs, and that this user may create tables there.");
            }
        }
    }

    // Starting, stopping, or gone: not what the server refuses for good.
    private static bool IsLost(NpgsqlException exception) => exception is not PostgresException said
        || said.SqlState.StartsWith("57P", StringComparison.Ordinal)
        || said.SqlState.StartsWith("08", StringComparison.Ordinal) || said.SqlState.StartsWith("53", StringComparison.Ordinal);

    private sealed class Beat : IDisposable
    {
        private readonly PostgresStore store;
        private readonly int trial;
        private readonly Timer timer;

        public Beat(PostgresStore store, int trial)
        {
            (this.store, this.trial) = (store, trial);
            timer = new Timer(_ => Renew(), null, store.lease / 4, store.lease / 4);
        }

        public void Dispose()
        {
            using ManualResetEvent ended = new(initialState: false);
            timer.Dispose(ended);
            ended.WaitOne();
            _ = store.Try(TimeSpan.Zero, connection =>
            {
                Run(connection, "DELETE FROM floe_study_holds WHERE trial = @trial AND worker = @worker", ("trial", trial),
                    ("worker", store.worker));
                return Right<FloeError, Unit>(unit);
            });
        }

        // A beat that is lost is made up for by the next one.
        private void Renew() => _ = store.Try(TimeSpan.Zero, connection =>
        {
            Run(connection, "UPDATE floe_study_holds SET until = now() + @lease WHERE trial = @trial AND worker = @worker",
                ("lease", store.lease), ("trial", trial), ("worker", store.worker));
            return Right<FloeError, Unit>(unit);
        });
    }
}
