using Dapper;

namespace G8os.Controller.Storage;

/// <summary>Single values of the data directory.</summary>
internal static class Settings
{
    public const string Controller = "controller";
    public const string Grid = "grid";
    public const string Pin = "pin";
    public const string Url = "url";
    private const string Epoch = "epoch";

    public static string? Get(Database database, string name) =>
        database.Read(connection => connection.QueryFirstOrDefault<string>("SELECT value FROM setting WHERE name = @name", new { name }));

    public static Task Set(Database database, string name, string value) => database.Write(tx => Put(tx, name, value));

    /// <summary>The value that was fixed at the first start; the asked one must be the same.</summary>
    public static async Task<string> Fixed(Database database, string name, string? asked, string otherwise)
    {
        if (Get(database, name) is not { } present)
        {
            await Set(database, name, asked ?? otherwise);
            return asked ?? otherwise;
        }
        return asked is null || asked == present
            ? present
            : throw new StartFault($"cannot start as {name} {asked}: this data directory belongs to {name} {present}; leave the option out or give another --data");
    }

    /// <summary>The epoch of this start: one more than of the start before.</summary>
    public static Task<long> NextEpoch(Database database) => database.Write(tx =>
    {
        var epoch = tx.First<long>("SELECT CAST(value AS INTEGER) FROM setting WHERE name = @Epoch", new { Epoch }) + 1;
        Put(tx, Epoch, epoch.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return epoch;
    });

    private static void Put(Tx tx, string name, string value) =>
        tx.Execute("INSERT INTO setting (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = @value", new { name, value });
}
