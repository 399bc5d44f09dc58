using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using G8os.Core.Run.Ssh;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Keys;
using G8os.Linux.Files;
using G8os.Model.Wire;
using CertificateRequest = G8os.Model.Wire.CertificateRequest;
using X509Request = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace G8os.Core.Run.Unlock;

/// <summary>Gets the node's certificate, and with it who may log in. Works with an absent or expired one: boot identity and node key sign the request.</summary>
internal static class CertificateEdge
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<Event>> RunAsync(UplinkApi uplink, NodeClock clock)
    {
        using var key = PrivateKeys.NodeKey();
        var csr = new X509Request(new X500DistinguishedName($"CN={uplink.Identity.Id}"), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var verdict = await uplink.AskAsync((api, challenge, stop) =>
        {
            var request = new CertificateRequest
            {
                NodeId = uplink.Identity.Id,
                Identity = uplink.Identity.Spki,
                Challenge = challenge,
                Csr = Convert.ToBase64String(csr),
                SshHostKey = File.ReadAllText(NodeFiles.SshHostKey + ".pub").Trim(),
            };
            return api.PostAsync(Routes.Certificate, request, WireJson.Default.CertificateRequest, uplink.Identity, key, AnswerJudge.Certificate, stop);
        }, Limit);
        var answer = verdict.Answer!;
        if (answer.Standing != Standing.Accepted || answer.Certificate is null)
            return [new EnrollAnswered(answer.Standing, "", answer.Reason) { At = NodeClock.Monotonic }, new WorkFailed(Work.Certificate, answer.Reason) { At = NodeClock.Monotonic }];
        AtomicFile.Write(NodeFiles.NodeCertificate, Convert.FromBase64String(answer.Certificate), 0x180);
        SshFiles.Save(answer, uplink.Grid.Known!, uplink.Identity.Id);
        clock.Keep();
        return [new CertificateSeen(PrivateKeys.CertificateValidFor(clock)) { At = NodeClock.Monotonic }];
    }
}
