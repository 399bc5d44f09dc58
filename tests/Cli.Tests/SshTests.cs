using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

/// <summary>g8os ssh against a real sshd on loopback (root; sshd gets a mount namespace with a /run of its own).</summary>
public sealed class SshTests : IAsyncLifetime
{
    private Operator person = null!;
    private FakeController controller = null!;
    private Process sshd = null!;
    private int port;

    public async Task InitializeAsync()
    {
        (person, controller) = await Operator.LoggedInAsync();
        foreach (var key in (string[])["user-ca", "host-ca", "other-ca", "host"])
            Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", At(key));
        Run("ssh-keygen", "-q", "-s", At("host-ca"), "-I", "host", "-h", "-n", "node-1", At("host.pub"));
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        await File.WriteAllTextAsync(At("sshd_config"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {At("host")}
            HostCertificate {At("host-cert.pub")}
            TrustedUserCAKeys {At("user-ca.pub")}
            AuthorizedKeysFile none
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            PidFile none
            """);
        await StartSshdAsync();
        controller.On("GET", "/v1/nodes/node-1", _ => Nodes.Answer(Nodes.First));
        controller.On("POST", Routes.SshCertificate, Certify);
    }

    private async Task StartSshdAsync()
    {
        sshd = Process.Start(new ProcessStartInfo("unshare", ["--mount", "--", "sh", "-c", "mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec /usr/sbin/sshd -D -e -f \"$0\"", At("sshd_config")])
        {
            RedirectStandardError = true,
        })!;
        await sshd.StandardError.ReadLineAsync().WaitAsync(Operator.Deadline);
    }

    private async Task StopSshdAsync()
    {
        sshd.Kill();
        await sshd.WaitForExitAsync();
        sshd.Dispose();
    }

    public async Task DisposeAsync()
    {
        await StopSshdAsync();
        await controller.DisposeAsync();
        person.Dispose();
    }

    [Fact]
    public async Task A_command_runs_on_the_node_as_typed_and_nothing_is_left_behind()
    {
        await ReachAsync();
        var (code, output, error) = await TypeAsync("ssh", "node-1", "--", "sh", "-c", "echo \"it's $USER\" $#; echo no >&2; exit 7", "x", "a  b", "$HOME");
        Assert.Equal((7, "it's root 2\n", "no\n"), (code, output, error));
        (code, output, _) = await TypeAsync("ssh", "node-1", "--", "echo one | tr n N");
        Assert.Equal((0, "oNe\n"), (code, output));
        Assert.Empty(Directory.GetDirectories(At("tmp")));
    }

    [Fact]
    public async Task A_host_that_the_grid_does_not_vouch_for_gets_no_login()
    {
        await ReachAsync();
        Run("ssh-keygen", "-q", "-s", At("other-ca"), "-I", "host", "-h", "-n", "node-1", At("host.pub"));
        await StopSshdAsync();
        await StartSshdAsync();
        var (code, output, error) = await TypeAsync("ssh", "node-1", "--", "echo in");
        Assert.Equal((5, ""), (code, output));
        Assert.Contains("Host key verification failed", error, StringComparison.Ordinal);
        Assert.Contains($"cannot reach node-1 by ssh at 127.0.0.1 port {port}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_relay_the_nodes_own_address_is_used()
    {
        controller.On("POST", Routes.SshCertificate, request => FakeAnswer.Json(Answer(request) with { Address = $"127.0.0.1:{port}" }, WireJson.Default.SshCertificateAnswer));
        Assert.Equal((0, "in\n", ""), await TypeAsync("ssh", "node-1", "--", "echo in"));
    }

    [Fact]
    public async Task A_refusal_of_the_controller_is_told_and_starts_nothing()
    {
        controller.On("POST", Routes.SshCertificate, _ => FakeAnswer.Problem(403, "cannot certify: your role is viewer", "ask an admin"));
        Assert.Equal((4, "", "g8os: cannot certify: your role is viewer; ask an admin\n"), await TypeAsync("ssh", "node-1"));
        Assert.Empty(Directory.GetDirectories(At("tmp")));
    }

    private FakeAnswer Certify(FakeRequest request) => FakeAnswer.Json(Answer(request), WireJson.Default.SshCertificateAnswer);

    private SshCertificateAnswer Answer(FakeRequest request)
    {
        var wanted = request.Read(WireJson.Default.SshCertificateRequest);
        var file = At($"asked-{Guid.NewGuid():n}.pub");
        File.WriteAllText(file, wanted.PublicKey + "\n");
        Run("ssh-keygen", "-q", "-s", At("user-ca"), "-I", "test", "-n", "root", "-V", "-1m:+5m", file);
        return new SshCertificateAnswer(File.ReadAllText(file.Replace(".pub", "-cert.pub", StringComparison.Ordinal)), "192.0.2.11",
            DateTimeOffset.UtcNow.AddMinutes(5), File.ReadAllText(At("host-ca.pub")), "root");
    }

    private async Task ReachAsync() =>
        Assert.Equal(0, (await person.TypeAsync("login", controller.LoginString, "--reach", $"node-1=127.0.0.1:{port}")).Code);

    /// <summary>The program itself: ssh takes over its streams.</summary>
    private async Task<(int Code, string Out, string Error)> TypeAsync(params string[] args)
    {
        Directory.CreateDirectory(At("tmp"));
        var start = new ProcessStartInfo("dotnet", [typeof(CliProgram).Assembly.Location, .. args])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["XDG_CONFIG_HOME"] = person.Home, ["TMPDIR"] = At("tmp") },
        };
        using var program = Process.Start(start)!;
        program.StandardInput.Close();
        var (output, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync().WaitAsync(Operator.Deadline);
        return (program.ExitCode, await output, await error);
    }

    private static void Run(string tool, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, args))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string At(string name) => Path.Combine(person.Home, name);
}
