using System.Net.Security;

namespace G8os.Controller.Certificates;

/// <summary>The certificate both TLS ports show: one context shared by all connections, so that tickets work; replaced in time.</summary>
internal sealed class ServerCertificate(IssuingCa issuing, string controller, IReadOnlyList<string> sans)
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(10);
    private volatile SslStreamCertificateContext context = Make(issuing, controller, sans);

    public SslStreamCertificateContext Context => context;

    /// <summary>Makes a new one when the present one has less than 10 days left.</summary>
    public void Renew(DateTimeOffset now)
    {
        if (context.TargetCertificate.NotAfter.ToUniversalTime() - now < RenewBefore)
            context = Make(issuing, controller, sans);
    }

    private static SslStreamCertificateContext Make(IssuingCa issuing, string controller, IReadOnlyList<string> sans) =>
        SslStreamCertificateContext.Create(issuing.IssueServer(controller, sans), [issuing.Certificate], offline: true);
}
