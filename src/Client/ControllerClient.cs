using System.Globalization;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Client;

/// <summary>
/// The operator API of one controller (<see cref="Routes"/>), typed. Every method throws <see cref="ControllerException"/> when the
/// controller says no, <see cref="ControllerUnreachableException"/> when nobody answers, <see cref="TrustException"/> when a stranger does.
/// </summary>
public sealed partial class ControllerClient : IDisposable
{
    private readonly Connection connection;

    public ControllerClient(ClientContext context)
    {
        Context = context;
        connection = new Connection(context);
    }

    public ClientContext Context { get; }

    public void Dispose() => connection.Dispose();

    /// <summary>The controller's clock, among others. Its signature is not judged here: TLS to a context's controller is.</summary>
    public Task<PingAnswer> PingAsync(string nonce, CancellationToken cancel) =>
        connection.GetAsync($"{Routes.Ping}?nonce={Uri.EscapeDataString(nonce)}", WireJson.Default.PingAnswer, cancel);

    public Task<WhoAmI> WhoAmIAsync(CancellationToken cancel) => connection.GetAsync(Routes.WhoAmI, WireJson.Default.WhoAmI, cancel);

    public Task<GridStatus> StatusAsync(CancellationToken cancel) => connection.GetAsync(Routes.Status, WireJson.Default.GridStatus, cancel);

    /// <summary>Join tokens, without their secrets.</summary>
    public Task<Values<TokenView>> TokensAsync(CancellationToken cancel) =>
        connection.GetAsync(Routes.Tokens, WireJson.Default.ValuesTokenView, cancel);

    /// <summary>Makes a join token; only this answer holds its secret.</summary>
    public Task<TokenView> CreateTokenAsync(TokenRequest request, CancellationToken cancel) =>
        connection.PostAsync(Routes.Tokens, request, WireJson.Default.TokenRequest, WireJson.Default.TokenView, cancel);

    public Task RevokeTokenAsync(string token, CancellationToken cancel) =>
        connection.DeleteAsync(Fill(Routes.Token, "token", token), cancel);

    /// <summary>A user certificate of 5 minutes for an OpenSSH public key line.</summary>
    public Task<SshCertificateAnswer> SshCertificateAsync(SshCertificateRequest request, CancellationToken cancel) =>
        connection.PostAsync(Routes.SshCertificate, request, WireJson.Default.SshCertificateRequest, WireJson.Default.SshCertificateAnswer, cancel);

    /// <summary>The newest lines of the audit log, as many as <paramref name="limit"/>.</summary>
    public Task<Values<AuditEntry>> AuditAsync(int limit, CancellationToken cancel) =>
        connection.GetAsync($"{Routes.Audit}?limit={Number(limit)}", WireJson.Default.ValuesAuditEntry, cancel);

    private static string Fill(string route, string name, string value) =>
        route.Replace("{" + name + "}", Uri.EscapeDataString(value), StringComparison.Ordinal);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
