using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;
using CertificateRequest = G8os.Model.Wire.CertificateRequest;

namespace G8os.Controller.Tests;

/// <summary>A small node: real keys, the real judges, plain http or https. It survives a restart of the controller by <see cref="Move"/>.</summary>
internal sealed class TestNode : IDisposable
{
    public const string SshHostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEnlhHHcbXkMZSgHlzL7rtCAJIohLBcuFzjXCcYUvYqX host";

    private static int made;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(90) };
    private readonly string pin;
    private string address;

    public TestNode(ControllerProcess controller)
    {
        address = $"http://127.0.0.1:{controller.Plain}";
        pin = File.ReadAllText(Path.Combine(controller.Data, "login")).Split("pin=")[1].Split('&')[0];
        var number = Interlocked.Increment(ref made);
        Macs = [$"52:54:00:00:{number / 256:x2}:{number % 256:x2}"];
        Facts = new NodeFacts { Hostname = "test", Cpus = 2, DmiSerial = $"serial-{number}", DiskSerials = [$"disk-{number}"] };
    }

    public ECDsa Identity { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public ECDsa NodeKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public string Id => P256.NodeId(Identity.ExportSubjectPublicKeyInfo());
    public Values<string> Macs { get; set; }
    public NodeFacts Facts { get; set; }
    public GridDocument? Grid { get; private set; }
    public X509Certificate2? Certificate { get; private set; }

    public void Move(ControllerProcess controller) => address = $"http://127.0.0.1:{controller.Plain}";

    /// <summary>Grid and probe, judged.</summary>
    public async Task<PingVerdict> Ping()
    {
        var offered = JsonSerializer.Deserialize(await http.GetByteArrayAsync($"{address}{Routes.Grid}?after={Grid?.Version ?? 0}"), WireJson.Default.ValuesSignedDocument)!;
        Grid = Xunit.Assert.IsType<GridAccepted>(GridChain.Follow(pin, Grid, offered)).Grid;
        var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        using var response = await http.GetAsync($"{address}{Routes.Ping}?nonce={nonce}");
        var body = await response.Content.ReadAsByteArrayAsync();
        Xunit.Assert.Equal(1400, body.Length);
        var verdict = PingJudge.Judge(body, Header(response, NodeHeaders.Key), Header(response, NodeHeaders.Signature), nonce, Grid, DateTimeOffset.UtcNow);
        Xunit.Assert.Equal(PingFinding.Ok, verdict.Finding);
        return verdict;
    }

    public async Task<EnrollRequest> EnrollRequest(string? token = null, int wait = 0)
    {
        var challenge = (await Ping()).Challenge;
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return new EnrollRequest
        {
            NodeId = Id,
            Identity = Base64(Identity),
            Macs = Macs,
            Facts = Facts,
            Challenge = challenge,
            WaitSeconds = wait,
            SealedToken = token is null ? null : Convert.ToBase64String(Hpke.Seal(
                ephemeral, Convert.FromBase64String(Grid!.SealKey), AnswerJudge.TokenInfo, Encoding.ASCII.GetBytes(Id), Encoding.ASCII.GetBytes(token))),
        };
    }

    public async Task<EnrollAnswer> Enroll(string? token = null, int wait = 0)
    {
        var (_, body, key, signature, request) = await Post(Routes.Enroll, await EnrollRequest(token, wait), WireJson.Default.EnrollRequest);
        return Judged(AnswerJudge.Enroll(body, key, signature, request, Grid!));
    }

    public async Task<(UnlockAnswer Answer, byte[]? Share)> Unlock()
    {
        var challenge = (await Ping()).Challenge;
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var unlock = new UnlockRequest
        {
            NodeId = Id,
            Identity = Base64(Identity),
            Macs = Macs,
            Facts = Facts,
            Challenge = challenge,
            EphemeralKey = Convert.ToBase64String(ephemeral.ExportSubjectPublicKeyInfo()),
        };
        var (_, body, key, signature, request) = await Post(Routes.Unlock, unlock, WireJson.Default.UnlockRequest);
        var answer = Judged(AnswerJudge.Unlock(body, key, signature, request, Grid!));
        return (answer, answer.SealedShare is null ? null : AnswerJudge.OpenShare(answer, ephemeral, request));
    }

    public async Task<CertificateAnswer> Certify(ECDsa? signer = null)
    {
        var csr = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=anything", NodeKey, HashAlgorithmName.SHA256).CreateSigningRequest();
        var certify = new CertificateRequest
        {
            NodeId = Id,
            Identity = Base64(Identity),
            Challenge = (await Ping()).Challenge,
            Csr = Convert.ToBase64String(csr),
            SshHostKey = SshHostKey,
        };
        var (_, body, key, signature, request) = await Post(Routes.Certificate, certify, WireJson.Default.CertificateRequest, signer ?? NodeKey);
        var answer = Judged(AnswerJudge.Certificate(body, key, signature, request, Grid!));
        if (answer.Certificate is not null)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(answer.Certificate));
            Certificate = certificate.CopyWithPrivateKey(NodeKey);
        }
        return answer;
    }

    /// <summary>Signs and posts; the answer's bytes and headers, and the request's signature.</summary>
    public async Task<(int Status, byte[] Body, string? Key, string? Signature, string Request)> Post<T>(
        string path, T message, JsonTypeInfo<T> type, ECDsa? nodeKey = null, ECDsa? signer = null)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var signature = Convert.ToBase64String(P256.Sign(signer ?? Identity, NodeSignature.RequestBytes(path, body)));
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path) { Content = new ByteArrayContent(body) };
        request.Headers.Add(NodeHeaders.Signature, signature);
        if (nodeKey is not null)
            request.Headers.Add(NodeHeaders.NodeSignature, Convert.ToBase64String(P256.Sign(nodeKey, NodeSignature.RequestBytes(path, body))));
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), Header(response, NodeHeaders.Key), Header(response, NodeHeaders.Signature), signature);
    }

    /// <summary>The whole way from nothing to a certificate.</summary>
    public async Task Join(OperatorClient admin, string name, SortedDictionary<string, string>? labels = null)
    {
        var token = await admin.JoinToken(new TokenRequest { NodeName = name, Labels = labels ?? [] });
        Xunit.Assert.Equal(Standing.Accepted, (await Enroll(token.Secret)).Standing);
        Xunit.Assert.NotNull((await Unlock()).Share);
        Xunit.Assert.Equal(Standing.Accepted, (await Certify()).Standing);
    }

    public void Dispose()
    {
        http.Dispose();
        Identity.Dispose();
        NodeKey.Dispose();
        Certificate?.Dispose();
    }

    private static T Judged<T>(AnswerVerdict<T> verdict)
        where T : class
    {
        Xunit.Assert.Equal((AnswerFinding.Ok, "ac1"), (verdict.Finding, verdict.Controller));
        return verdict.Answer!;
    }

    private static string Base64(ECDsa key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
