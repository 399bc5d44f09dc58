using System.Diagnostics;
using System.Reflection;
using System.Threading.Channels;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

namespace G8os.Controller.Storage;

/// <summary>
/// The SQLite file: many readers, one writer. Writes are queued and committed together (what waits, at most 256 of them or 200 ms), so
/// that a thousand results cost a handful of syncs and a lonely write is not held back. A write that throws is undone alone.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    public const int MaxBatch = 256;
    public const int MaxQueued = 65_536;
    private const int BusySeconds = 10;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(200);

    private readonly string path;
    private readonly string readString;
    private readonly SqliteConnection writer;
    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly Task loop;

    private Database(string path, SqliteConnection writer)
    {
        this.path = path;
        this.writer = writer;
        readString = ConnectionString(path, SqliteOpenMode.ReadOnly);
        loop = Task.Run(WriteLoop);
    }

    /// <summary>Opens the file, makes it when it is absent, and brings its tables up to date.</summary>
    public static Database Open(string path)
    {
        try
        {
            var text = ConnectionString(path, SqliteOpenMode.ReadWriteCreate);
            var writer = new SqliteConnection(text);
            writer.Open();
            Run(writer, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = {BusySeconds * 1000};");
            var result = DeployChanges.To.SqliteDatabase(text)
                .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.EndsWith(".sql", StringComparison.Ordinal))
                .LogTo(new NoOpUpgradeLog())
                .Build()
                .PerformUpgrade();
            if (!result.Successful)
                throw result.Error;
            return new Database(path, writer);
        }
        catch (SqliteException fault)
        {
            throw StorageFault.Of(fault, path);
        }
    }

    /// <summary>Reads on a connection of its own.</summary>
    public T Read<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            using var connection = new SqliteConnection(readString);
            connection.Open();
            return work(connection);
        }
        catch (SqliteException fault)
        {
            throw StorageFault.Of(fault, path);
        }
    }

    /// <summary>Writes; done when the write is on disk and what it put into <see cref="Tx.AfterCommit"/> has run.</summary>
    public async Task<T> Write<T>(Func<Tx, T> work)
    {
        var item = new Work<T>(work);
        await queue.Writer.WriteAsync(item);
        return await item.Task;
    }

    /// <summary>Writes; done when the write is on disk.</summary>
    public Task Write(Action<Tx> work) => Write(tx =>
    {
        work(tx);
        return true;
    });

    /// <summary>Takes what is queued to disk and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        await writer.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(readString));
    }

    private async Task WriteLoop()
    {
        var batch = new List<Work>(MaxBatch);
        while (await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var fault = Commit(batch);
            foreach (var item in batch)
                item.Finish(fault);
        }
    }

    private StorageFault? Commit(List<Work> batch)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            Run(writer, "BEGIN IMMEDIATE");
            while (batch.Count < MaxBatch && Stopwatch.GetElapsedTime(started) < BatchTime && queue.Reader.TryRead(out var item))
            {
                batch.Add(item);
                Run(writer, "SAVEPOINT one");
                if (!item.Try(writer))
                    Run(writer, "ROLLBACK TO one");
                Run(writer, "RELEASE one");
            }
            Run(writer, "COMMIT");
            return null;
        }
        catch (SqliteException fault)
        {
            if (batch.Count == 0 && queue.Reader.TryRead(out var refused))
                batch.Add(refused);
            Abandon();
            return StorageFault.Of(fault, path);
        }
    }

    // After some errors (a full disk) SQLite has rolled back by itself, after others the transaction is still open.
    private void Abandon()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(writer.Handle) == 0)
            Run(writer, "ROLLBACK");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string ConnectionString(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, DefaultTimeout = BusySeconds }.ToString();

    private abstract class Work
    {
        public abstract bool Try(SqliteConnection connection);
        public abstract void Finish(StorageFault? fault);
    }

    private sealed class Work<T>(Func<Tx, T> work) : Work
    {
        private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Tx? tx;
        private T? value;
        private Exception? own;

        public Task<T> Task => done.Task;

        public override bool Try(SqliteConnection connection)
        {
            try
            {
                tx = new Tx(connection);
                value = work(tx);
                return true;
            }
            catch (Exception fault) when (fault is not SqliteException { SqliteErrorCode: 10 or 13 })
            {
                own = fault;
                return false;
            }
        }

        public override void Finish(StorageFault? fault)
        {
            if ((fault ?? own) is { } failed)
            {
                done.SetException(failed);
                return;
            }
            try
            {
                tx!.Committed();
                done.SetResult(value!);
            }
            catch (Exception bug)
            {
                done.SetException(bug);
            }
        }
    }
}
