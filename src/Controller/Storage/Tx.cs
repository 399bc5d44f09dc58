using Dapper;
using Microsoft.Data.Sqlite;

namespace G8os.Controller.Storage;

/// <summary>One write among others of the same commit. What it read and wrote it sees; memory follows only after the commit.</summary>
internal sealed class Tx(SqliteConnection connection)
{
    private List<Action>? after;

    public int Execute(string sql, object? values = null) => connection.Execute(sql, values);
    public T? First<T>(string sql, object? values = null) => connection.QueryFirstOrDefault<T>(sql, values);
    public IEnumerable<T> All<T>(string sql, object? values = null) => connection.Query<T>(sql, values);

    /// <summary>Runs on the writer, in commit order, once the write is durable.</summary>
    public void AfterCommit(Action action) => (after ??= []).Add(action);

    internal void Committed() => after?.ForEach(action => action());
}
