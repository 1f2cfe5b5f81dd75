using System.Globalization;
using Floe.Domain;
using LanguageExt;
using Npgsql;

namespace Floe.Effects.Studies;

/// <summary>A database by its address, as libpq and SQLAlchemy write it.</summary>
/// <param name="Shown">The address without its password, for messages.</param>
/// <param name="Connection">What Npgsql connects by.</param>
internal sealed record PostgresAddress(string Shown, string Connection)
{
    private const string Form = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with ?sslmode=… or ?host=FOLDER for a socket";
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <summary>Whether a place is such an address rather than a path.</summary>
    public static bool Is(string place) => Schemes.Any(scheme => place.StartsWith(scheme, StringComparison.Ordinal));

    /// <summary>Reads an address. Errors: another form.</summary>
    /// <param name="place">The address.</param>
    public static Either<FloeError, PostgresAddress> Parse(string place)
    {
        // A socket's address has no host, which a URI must have.
        string whole = place.Replace("://@/", "://localhost/", StringComparison.Ordinal)
            .Replace(":///", "://localhost/", StringComparison.Ordinal);
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? uri) || uri.AbsolutePath.Length < 2)
        {
            return new FloeError.Usage("--store", Form, "another address", "Correct the address.");
        }

        string[] user = uri.UserInfo.Split(':', 2);
        NpgsqlConnectionStringBuilder builder = new()
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Timeout = 10,
            CommandTimeout = 60,
        };
        foreach (
            string[] pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)))
        {
            string value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
            if (pair[0] == "host")
            {
                builder.Host = value;
            }
            else if (
                pair[0] == "sslmode" && Enum.TryParse(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out SslMode mode))
            {
                builder.SslMode = mode;
            }
            else
            {
                return new FloeError.Usage("--store", Form, $"?{pair[0]}={value}", "Leave it out, or correct it.");
            }
        }

        string shown = string.Create(
            CultureInfo.InvariantCulture,
                $"postgresql://{(builder.Username is { } name ? name + "@" : "")}{builder.Host}:{builder.Port}/{builder.Database}");
        return new PostgresAddress(shown, builder.ConnectionString);
    }
}
