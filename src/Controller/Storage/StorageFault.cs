using Microsoft.Data.Sqlite;

namespace G8os.Controller.Storage;

/// <summary>The database took nothing: a full disk, a lost disk, a lock held too long. Nothing of the write was done.</summary>
internal sealed class StorageFault(string message, Exception inner) : Exception(message, inner)
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int Io = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Says in one sentence what SQLite's primary result code means for an operator (sqlite.org/rescode.html).</summary>
    public static StorageFault Of(SqliteException fault, string path) => new(Describe(fault, path), fault);

    private static string Describe(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        Full => $"cannot write {path}: the disk is full; free space, then go on",
        ReadOnly or CannotOpen => $"cannot write {path}: it is not writable for this user; check its owner and mode",
        Io => $"cannot write {path}: the disk has an input/output error or is full; check it",
        Busy => $"cannot write {path}: another program holds its lock; stop it",
        Corrupt or NotADatabase => $"cannot read {path}: it is damaged; restore it from a backup",
        _ => $"cannot write {path}: {fault.Message}",
    };
}
