using System.Security.Cryptography;
using Dapper;
using G8os.Controller.Audit;
using G8os.Controller.Nodes;
using G8os.Controller.Storage;

namespace G8os.Controller.Operators;

/// <summary>Operator tokens <c>op-ID-SECRET</c>, hashed at rest. Read at each request: a token made by another process counts at once.</summary>
internal sealed class OperatorTokens(Database database)
{
    private const string Kind = "op";

    public bool Any => database.Read(connection => connection.ExecuteScalar<int>("SELECT count(*) FROM operator_token")) > 0;

    /// <summary>Who a token belongs to; null when it is none of ours.</summary>
    public Operator? Check(string text)
    {
        if (Secret.Parse(Kind, text) is not { } secret)
            return null;
        var row = database.Read(connection =>
            connection.QueryFirstOrDefault<Row>("SELECT hash, name, role FROM operator_token WHERE id = @Id", new { secret.Id }));
        return row is not null && CryptographicOperations.FixedTimeEquals(row.Hash, secret.Hash) ? new Operator(row.Name, Enum.Parse<Role>(row.Role)) : null;
    }

    /// <summary>Makes an admin's token; the text is not kept.</summary>
    public Task<string> MakeAdmin() => database.Write(tx =>
    {
        var secret = Secret.New(Kind);
        var name = $"admin-{secret.Id}";
        tx.Execute(
            "INSERT INTO operator_token (id, hash, name, role, created) VALUES (@Id, @Hash, @name, 'Admin', @created)",
            new { secret.Id, secret.Hash, name, created = ControllerClock.Now.ToUnixTimeMilliseconds() });
        AuditLog.Append(tx, "controller", "operator.made", name, "role Admin, on the controller's own machine");
        return secret.Text;
    });

    private sealed class Row
    {
        public byte[] Hash { get; set; } = [];
        public string Name { get; set; } = "";
        public string Role { get; set; } = "";
    }
}
