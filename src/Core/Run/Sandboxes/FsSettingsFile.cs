using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using G8os.Core.Run.Network;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Linux;
using G8os.Linux.Files;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Core.Run.Sandboxes;

/// <summary>Tells g8os-fs, and root's own tools, over which link, to which controllers and as whom: /run/g8os/fs.json and api.json, written when they change.</summary>
internal sealed class FsSettingsFile(GridFile grid, NodeClock clock)
{
    private const string Api = NodeFiles.Volatile + "/api.json", Authority = NodeFiles.Volatile + "/ca.pem", NodePem = NodeFiles.Private + "/g8os/node.pem";
    private const uint OwnerOnly = 0x180;
    private FsSettings? written;
    private (Uplink? Uplink, int Grid) resolved;
    private Values<string> endpoints = [];

    /// <summary>Nothing is written before there are an uplink, a certificate and a grid; what was written stays good when the uplink goes.</summary>
    public async Task UpdateAsync(BootState? state)
    {
        if (state is not { Uplink: { } uplink, PrivateMounted: true, CertificateUntil: { } until } || grid.Known is not { } known)
            return;
        if (resolved != (uplink, known.Version))
            (endpoints, resolved) = (await ResolveAsync(uplink, known), (uplink, known.Version));
        var settings = new FsSettings
        {
            Endpoints = endpoints,
            Source = uplink.Address,
            Link = uplink.Link,
            Certificate = NodeFiles.NodeCertificate,
            Key = NodeFiles.NodeKey,
            Authority = known.IssuingCertificate,
            Controllers = known.Controllers.Select(controller => controller.Id).ToValues(),
            ClockOffset = Math.Round(clock.Offset.TotalSeconds),
            Edition = until,
        };
        if (settings == written)
            return;
        try
        {
            Write(settings, known);
            written = settings;
        }
        catch (Exception fault) when (fault is LinuxException or IOException or CryptographicException)
        {
            CoreLog.Write($"cannot tell g8os-fs of the network: {fault.Message}");
        }
    }

    private static void Write(FsSettings settings, GridDocument known)
    {
        using var issuing = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(known.IssuingCertificate));
        using var own = X509CertificateLoader.LoadCertificate(File.ReadAllBytes(NodeFiles.NodeCertificate));
        AtomicFile.Write(Authority, Encoding.ASCII.GetBytes(issuing.ExportCertificatePem() + "\n"), OwnerOnly);
        AtomicFile.Write(NodePem, Encoding.ASCII.GetBytes(own.ExportCertificatePem() + "\n"), OwnerOnly);
        AtomicFile.Write(FsPlaces.Settings, JsonSerializer.SerializeToUtf8Bytes(settings, WireJson.Default.FsSettings), OwnerOnly);
        var api = new ApiAccess(settings.Endpoints.FirstOrDefault(""), Authority, NodePem, NodeFiles.NodeKey);
        AtomicFile.Write(Api, JsonSerializer.SerializeToUtf8Bytes(api, CoreJson.Default.ApiAccess), OwnerOnly);
    }

    /// <summary>The controller that carried the probe first, then the others of the grid; g8os-fs looks no names up.</summary>
    private static async Task<Values<string>> ResolveAsync(Uplink uplink, GridDocument known)
    {
        var found = new List<string>();
        foreach (var url in known.Endpoints.Prepend(uplink.Url))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
                continue;
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                foreach (var ip in await BoundDns.ResolveAsync(address.IdnHost, IPAddress.Parse(uplink.Address), uplink.Link, uplink.Dns, limit.Token))
                    found.Add($"https://{new IPEndPoint(ip, known.SessionPort)}");
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException or LinuxException)
            {
                CoreLog.Write($"no objects are fetched from {url}: {fault.Message}");
            }
        }
        return found.Distinct().ToValues();
    }
}

/// <summary>How root of this node reaches the controller's API as the node: files in PEM.</summary>
internal sealed record ApiAccess(string Url, string Ca, string Certificate, string Key);
