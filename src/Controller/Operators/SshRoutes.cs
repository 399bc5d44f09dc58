using G8os.Controller.Audit;
using G8os.Controller.Certificates;
using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Model.Wire;

namespace G8os.Controller.Operators;

/// <summary>POST /v1/ssh/certificate: five minutes of root on a node, with a line in the audit log.</summary>
internal sealed class SshRoutes(NodeRoutes nodes, NodeViews views, SshCa ssh, AuditLog audit)
{
    private const string Login = "root";
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    public async Task Certify(HttpContext context)
    {
        if (await Json.Read(context, WireJson.Default.SshCertificateRequest, NodeRoutes.MaxBody) is not { } request)
            return;
        var node = nodes.Find(request.Node);
        var view = views.Of(node);
        if (node.Standing != Standing.Accepted)
            throw new ApiFault(409, "not-in-grid", $"cannot open ssh to {node.Name}: it is {view.State}", $"see g8os explain node/{node.Name}");
        var key = request.PublicKey.Trim();
        if (!SshCa.IsPublicKey(key))
            throw new ApiFault(400, "bad-key", "cannot certify the key: it is not one line of an OpenSSH public key", "make one with ssh-keygen");
        var who = Operator.Of(context).Name;
        var expires = ControllerClock.Now + Validity;
        var certificate = await Sign(key, $"{who}@{node.Name}", node.Id);
        await audit.Write(who, "ssh.certified", node.Id, $"as {Login} on {node.Name} until {expires:u}, from {context.Connection.RemoteIpAddress}");
        await Json.Write(
            context, new SshCertificateAnswer(certificate, view.Address.Split('/')[0], expires, ssh.PublicLine, Login), WireJson.Default.SshCertificateAnswer);
    }

    /// <summary>The principal is the node's id, which its sshd asks for: the certificate opens no other node.</summary>
    private async Task<string> Sign(string key, string identity, string nodeId)
    {
        try
        {
            return await ssh.SignUser(key, identity, nodeId, Validity);
        }
        catch (SshFault fault)
        {
            throw new ApiFault(400, "bad-key", $"cannot certify the key: {fault.Message}", "make one with ssh-keygen");
        }
    }
}
