using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using G8os.Controller.Storage;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>A token a node brought, as far as it may be told.</summary>
internal sealed record JoinToken(string Id, string? NodeName, SortedDictionary<string, string> Labels, int UsesLeft, DateTimeOffset Expires);

/// <summary>Join tokens: <c>join-ID-SECRET</c>, hashed at rest, good for a number of nodes and a time.</summary>
internal static class JoinTokens
{
    public const int MaxUses = 100_000;
    public const int MinValidSeconds = 60;
    public const int MaxValidSeconds = 31_536_000;
    public const int MaxTokens = 10_000;
    private const string Columns = "id, hash, node_name AS NodeName, labels, uses_left AS UsesLeft, expires";

    /// <summary>Makes a token; its secret is in the answer only.</summary>
    public static TokenView Make(Tx tx, TokenRequest request)
    {
        var secret = Secret.New("join");
        var expires = ControllerClock.Now.AddSeconds(request.ValidSeconds);
        tx.Execute(
            "INSERT INTO join_token (id, hash, node_name, labels, uses_left, expires, created) VALUES (@Id, @Hash, @NodeName, @labels, @Uses, @expires, @created)",
            new
            {
                secret.Id,
                secret.Hash,
                request.NodeName,
                labels = JsonSerializer.Serialize(request.Labels, WireJson.Default.SortedDictionaryStringString),
                request.Uses,
                expires = expires.ToUnixTimeMilliseconds(),
                created = ControllerClock.Now.ToUnixTimeMilliseconds(),
            });
        return new TokenView
        {
            Id = secret.Id,
            Secret = secret.Text,
            NodeName = request.NodeName,
            Labels = request.Labels,
            UsesLeft = request.Uses,
            Expires = expires,
        };
    }

    /// <summary>The token with this secret, when it is good now.</summary>
    public static JoinToken? Find(Tx tx, byte[] text)
    {
        if (Secret.Parse("join", Encoding.ASCII.GetString(text)) is not { } secret)
            return null;
        var row = tx.First<Row>($"SELECT {Columns} FROM join_token WHERE id = @Id", new { secret.Id });
        if (row is null || !CryptographicOperations.FixedTimeEquals(row.Hash, secret.Hash))
            return null;
        var token = Read(row);
        return token.UsesLeft > 0 && token.Expires > ControllerClock.Now ? token : null;
    }

    public static void Use(Tx tx, JoinToken token) => tx.Execute("UPDATE join_token SET uses_left = uses_left - 1 WHERE id = @Id", new { token.Id });

    public static bool Revoke(Tx tx, string id) => tx.Execute("DELETE FROM join_token WHERE id = @id", new { id }) > 0;

    public static int Count(Tx tx) => tx.First<int>("SELECT count(*) FROM join_token");

    public static Values<TokenView> List(Database database) => database.Read(connection => connection
        .Query<Row>($"SELECT {Columns} FROM join_token ORDER BY created DESC, id")
        .Select(Read)
        .Select(token => new TokenView { Id = token.Id, NodeName = token.NodeName, Labels = token.Labels, UsesLeft = token.UsesLeft, Expires = token.Expires })
        .ToValues());

    private static JoinToken Read(Row row) => new(
        row.Id,
        row.NodeName,
        JsonSerializer.Deserialize(row.Labels, WireJson.Default.SortedDictionaryStringString)!,
        (int)row.UsesLeft,
        DateTimeOffset.FromUnixTimeMilliseconds(row.Expires));

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public byte[] Hash { get; set; } = [];
        public string? NodeName { get; set; }
        public string Labels { get; set; } = "";
        public long UsesLeft { get; set; }
        public long Expires { get; set; }
    }
}
