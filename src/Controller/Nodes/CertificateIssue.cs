using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using G8os.Controller.Audit;
using G8os.Controller.Certificates;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;
using CertificateRequest = G8os.Model.Wire.CertificateRequest;

namespace G8os.Controller.Nodes;

/// <summary>A certificate for an accepted node: absent, expired or soon expiring, by boot identity and node key together.</summary>
internal sealed class CertificateIssue(Database database, NodeTable nodes, IssuingCa issuing, SshCa ssh, Values<SshUser> sshUsers, RefusalLog refusals)
{
    private const int MaxCsr = 4096;
    private static readonly TimeSpan HostValidity = TimeSpan.FromHours(26);

    /// <summary>The answer to a proved request, without its challenge.</summary>
    public async Task<CertificateAnswer> Issue(CertificateRequest request, ProvedRequest proved, string? nodeSignature, IPAddress? remote)
    {
        if (nodes.Get(request.NodeId) is not { } node)
            return await Refuse(remote, request.NodeId, Standing.Pending, "this controller does not know the node: enrol again");
        if (node.Standing != Standing.Accepted)
            return await Refuse(remote, node.Id, node.Standing, node.Reason);
        if (node.Ask.Length > 0)
            return await Refuse(remote, node.Id, Standing.Pending, $"{node.Ask}: an operator must confirm it with g8os node accept {node.Name}");
        if (ReadCsr(request.Csr) is not { } key || !SignedBy(key, proved.Body, nodeSignature))
            return await Refuse(remote, node.Id, Standing.Refused, "the certificate request is not one of a P-256 key that signed this request too");
        if (!SshCa.IsPublicKey(request.SshHostKey))
            return await Refuse(remote, node.Id, Standing.Refused, "the ssh host key is not an OpenSSH public key line");
        var host = await ssh.SignHost(request.SshHostKey, node.Id, [node.Name, node.Id], HostValidity);
        using var certificate = issuing.IssueNode(key, node.Id);
        var written = await database.Write(tx => Record(tx, node.Id, certificate, remote?.ToString() ?? "unknown"));
        return written.Standing != Standing.Accepted
            ? new CertificateAnswer { Standing = written.Standing, Reason = written.Reason, Challenge = "" }
            : new CertificateAnswer
            {
                Standing = Standing.Accepted,
                Challenge = "",
                Certificate = Convert.ToBase64String(certificate.RawData),
                SshHostCertificate = host,
                SshUsers = sshUsers,
            };
    }

    private NodeRecord Record(Tx tx, string id, X509Certificate2 certificate, string remote)
    {
        var node = NodeRows.Get(tx, id)!;
        if (node.Standing != Standing.Accepted)
            return node;
        var notAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        AuditLog.Append(tx, remote, "certificate.issued", id, $"serial {certificate.SerialNumber}, until {notAfter:u}");
        return nodes.Put(tx, node with { Certified = true, CertificateNotAfter = notAfter });
    }

    private async Task<CertificateAnswer> Refuse(IPAddress? remote, string id, Standing standing, string reason)
    {
        await refusals.Note(remote, "certificate.refused", id, reason);
        return new CertificateAnswer { Standing = standing, Reason = reason, Challenge = "" };
    }

    private static bool SignedBy(PublicKey key, byte[] body, string? signature) =>
        Base64.Decode(signature, P256.SignatureLength) is { } bytes
        && P256.Verify(key.ExportSubjectPublicKeyInfo(), NodeSignature.RequestBytes(Routes.Certificate, body), bytes);

    private static PublicKey? ReadCsr(string base64)
    {
        if (Base64.Decode(base64, MaxCsr) is not { } der)
            return null;
        try
        {
            var csr = System.Security.Cryptography.X509Certificates.CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256);
            return P256.PointOf(csr.PublicKey.ExportSubjectPublicKeyInfo()).IsEmpty ? null : csr.PublicKey;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
