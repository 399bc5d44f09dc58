using System.Diagnostics;
using System.Security.Cryptography;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Controller.Tests;

/// <summary>The client in js, run by this machine's Python: as a node by its certificate on 8444, as an operator by a token on 8443.</summary>
public sealed class JsTests(SharedController shared) : IClassFixture<SharedController>, IDisposable
{
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("g8os-js-test-");

    [Fact]
    public async Task A_node_lists_the_nodes_and_an_operator_the_jobs()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "js-01");
        var ca = File("ca.pem", PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(node.Grid!.IssuingCertificate)));
        var api = File("api.json", $$"""
            {"url": "https://127.0.0.1:{{controller.Session}}", "ca": "{{ca}}", "certificate": "{{File("node.pem", node.Certificate!.ExportCertificatePem())}}", "key": "{{File("node.key", node.NodeKey.ExportPkcs8PrivateKeyPem())}}"}
            """);
        Assert.Matches(@"(?m)^NAME +STATE +PHASE +ADDRESS\n(.*\n)*js-01 ", await Run($"g8os.api.API_FILE = '{api}'; print(g8os.Grid().nodes.list())"));
        // What a node may not do is said in the API's own words.
        Assert.Contains("there is no such route on this port", await Run($"g8os.api.API_FILE = '{api}'; g8os.Grid().jobs.start('js-01', 'true')"), StringComparison.Ordinal);
        var job = await admin.Run(new JobRequest { Command = ["true"], Nodes = ["js-01"] });
        var asOperator = $"j = g8os.Grid(url='https://127.0.0.1:{controller.Api}', token_file='{File("token", admin.Token)}', ca='{ca}')";
        Assert.Contains(job.Id, await Run($"{asOperator}; print(j.jobs.list())"), StringComparison.Ordinal);
        Assert.Equal("['true']\n", await Run($"{asOperator}; print(j.jobs.get('{job.Id}').command)"));
        // A server that shows no controller's certificate is no controller, whoever signed it.
        Assert.Contains("cannot GET /v1/nodes", await Run($"g8os.Grid(url='https://127.0.0.1:{controller.Plain}', token_file='{File("token", admin.Token)}', ca='{ca}').nodes.list()"), StringComparison.Ordinal);
    }

    private string File(string name, string text)
    {
        var path = Path.Combine(place.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>What the code prints, and the last line of what it complains.</summary>
    private static async Task<string> Run(string code)
    {
        var client = Path.Combine(Checkout(), "sandboxes", "jumpscale", "js");
        using var python = Process.Start(new ProcessStartInfo("python3", ["-B", "-c", $"import sys; sys.path.insert(0, '{client}'); import g8os, g8os.api; {code}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var complaint = python.StandardError.ReadToEndAsync();
        var said = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        return said + (await complaint).TrimEnd('\n').Split('\n')[^1];
    }

    private static string Checkout()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(directory.FullName, "g8os.slnx")))
            directory = directory.Parent!;
        return directory.FullName;
    }

    public void Dispose() => place.Delete(recursive: true);
}
