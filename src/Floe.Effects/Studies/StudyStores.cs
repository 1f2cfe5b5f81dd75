using Floe.Domain;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>Stores by what is typed after <c>--store</c>.</summary>
internal static class StudyStores
{
    /// <summary>Opens a store: the path of a journal, or the address of a PostgreSQL database.</summary>
    /// <param name="place">A path, or <c>postgresql://USER:PASSWORD@HOST:PORT/DATABASE</c>.</param>
    public static Either<FloeError, IStudyStore> Open(string place) => PostgresAddress.Is(place)
        ? PostgresAddress.Parse(place).Bind(address => PostgresStore.Open(address, PostgresStore.Lease, PostgresStore.Patience))
        : Right<FloeError, IStudyStore>(new JournalStore(place, JournalLock.Grace));

    /// <summary>A store as every worker on this machine calls it, wherever it was started.</summary>
    /// <param name="place">As in <see cref="Open"/>.</param>
    public static string Place(string place) => PostgresAddress.Is(place) ? place : Path.GetFullPath(place);
}
