using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using G8os.Controller.Audit;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Controller.Tests;

/// <summary>Starts, stops, crashes, and what cannot start.</summary>
public sealed class LifeTests : IDisposable
{
    private readonly string data = ControllerProcess.NewData();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_loses_nothing(bool crash)
    {
        byte[]? share;
        string pin, waiting, running, done;
        TestNode node;
        await using (var controller = await ControllerProcess.Start(data))
        {
            using var admin = await OperatorClient.SignIn(controller);
            node = new TestNode(controller);
            await node.Join(admin, "stay-01", new() { ["a"] = "b" });
            share = (await node.Unlock()).Share;
            pin = controller.Login!.Split("pin=")[1].Split('&')[0];
            await using var session = await TestSession.Open(controller, node);
            done = (await admin.Run(new JobRequest { Command = ["done"], Nodes = ["stay-01"] })).Id;
            await session.Play((await session.NextJob()).RunJob.Job, "out");
            running = (await admin.Run(new JobRequest { Command = ["running"], Nodes = ["stay-01"] })).Id;
            await session.NextJob();
            await session.Send(new G8os.Model.Session.FromNode { JobAccepted = new() { Job = running } });
            await Eventually.Holds(async () => (await admin.Job(running)).Results[0].State == "running");
            waiting = (await admin.Run(new JobRequest { Command = ["waiting"], Nodes = ["stay-01"] })).Id;
            await session.NextJob();
            if (crash)
            {
                await controller.Kill();
            }
            else
            {
                var leaving = session.Next(message => message.GoingAway is not null);
                Assert.Equal(0, await controller.Stop());
                Assert.InRange((await leaving).GoingAway.Seconds, 1, 10);
            }
        }

        await using var again = await ControllerProcess.Start(data);
        using (var admin = await OperatorClient.SignIn(again))
        {
            Assert.Null(again.Login);
            node.Move(again);
            Assert.Equal(2, (await node.Ping()).Epoch);
            var view = await admin.Node("stay-01");
            Assert.Equal(("b", "managed", node.Id), (view.Labels["a"], view.Phase, view.Id));
            Assert.Contains(view.State, new[] { "suspect", "offline" });
            Assert.Equal(share, (await node.Unlock()).Share);
            Assert.Equal(Outcome.Ok, (await admin.Job(done)).Results[0].Outcome);
            // The node says what it has; the rest is sent again under the same id, and each ends once.
            await using var session = await TestSession.Open(again, node, "managed", true, null, running);
            Assert.Equal(2, session.Welcome!.Epoch);
            Assert.Equal(waiting, (await session.NextJob()).RunJob.Job);
            await session.Send(TestSession.Result(running));
            await session.Next(message => message.ResultCommitted?.Job == running);
            await session.Play(waiting, "");
            Assert.All([await admin.Job(running), await admin.Job(waiting)], job => Assert.Equal((true, Outcome.Ok), (job.Done, job.Results[0].Outcome)));
            await AuditHolds(admin);
        }
        Assert.Equal(pin, (await LoginLink(again)).Split("pin=")[1].Split('&')[0]);
        node.Dispose();
    }

    [Fact]
    public async Task A_second_start_changes_no_key_and_other_names_are_refused()
    {
        await using (await ControllerProcess.Start(data, "--name", "ac7", "--grid", "lab"))
        {
            foreach (var file in Directory.GetFiles(Path.Combine(data, "keys")).Where(file => !file.EndsWith(".pub", StringComparison.Ordinal)).Append(Path.Combine(data, "controller.db")))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        var before = Keys();
        await using (var controller = await ControllerProcess.Start(data))
        {
            using var http = new HttpClient();
            Assert.Contains("\"controller\":\"ac7\"", await http.GetStringAsync($"http://127.0.0.1:{controller.Plain}/v1/ping?nonce=x"), StringComparison.Ordinal);
        }
        Assert.Equal(before, Keys());
        await Fails("belongs to controller ac7", "--data", data, "--name", "ac8");
        await Fails("belongs to grid lab", "--data", data, "--grid", "other");
        File.Delete(Path.Combine(data, "keys", "seal.pem"));
        await Fails("restore it from a backup", "--data", data);
    }

    [Fact]
    public async Task A_login_link_is_made_beside_a_running_controller()
    {
        await using var controller = await ControllerProcess.Start(data);
        var link = await LoginLink(controller);
        Assert.StartsWith($"https://127.0.0.1:{controller.Api}#pin=sha256:", link, StringComparison.Ordinal);
        using var admin = await OperatorClient.SignIn(controller, link.Trim().Split("token=")[1]);
        Assert.Equal("admin", (await admin.Get(Routes.WhoAmI, WireJson.Default.WhoAmI)).Role);
        var (_, other, _) = await ControllerProcess.Run(["login-link", "--data", data, "--url", "https://ac1.example.org:8443"]);
        Assert.StartsWith("https://ac1.example.org:8443#pin=", other, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Trim().Split("token=")[1], controller.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_session_port_is_a_next_version_of_the_grid()
    {
        var port = FreePort();
        await using (var first = await ControllerProcess.Start(data))
        {
            using var node = new TestNode(first);
            await node.Ping();
            Assert.Equal((1, Routes.SessionPort), (node.Grid!.Version, node.Grid.SessionPort));
        }
        await using var second = await ControllerProcess.Start(data, "--session-port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var later = new TestNode(second);
        await later.Ping();
        Assert.Equal((2, port), (later.Grid!.Version, later.Grid.SessionPort));
    }

    [Fact]
    public async Task What_cannot_start_says_why_and_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await Fails("choose another port", "--data", data, "--bind", "127.0.0.1", "--api-port", port, "--plain-port", "0", "--session-port", "0");
        await Fails("give another --bind", "--data", data, "--bind", "192.0.2.1", "--api-port", "0", "--plain-port", "0", "--session-port", "0");
        await Fails("give another --data", "--data", "/dev/null/x");
        await Fails("give a .pub file", "--data", data, "--ssh-key", "/dev/null");
        await Fails("give a .pub file", "--data", data, "--ssh-key", "/nowhere.pub");
        await Fails("start g8os-controller there first", "login-link", "--data", Path.Combine(data, "none"));
        var dotnet = Environment.ProcessPath is { } path && path.EndsWith("dotnet", StringComparison.Ordinal) ? path : "/usr/share/dotnet/dotnet";
        var (code, _, error) = await ControllerProcess.Run(["--data", Path.Combine(data, "no-ssh")], start => (start.FileName, start.Environment["PATH"]) = (dotnet, "/nowhere"));
        Assert.Equal(1, code);
        Assert.Contains("openssh-client", error, StringComparison.Ordinal);
        await using var running = await ControllerProcess.Start(data);
        await Fails("another g8os-controller runs on it", "--data", data);
    }

    [Fact]
    public async Task A_full_disk_is_said_in_one_sentence()
    {
        // A small disk of its own, in a mount namespace of its own.
        var (code, _, error) = await ControllerProcess.Run([], start =>
        {
            start.FileName = "unshare";
            start.ArgumentList.Clear();
            foreach (var word in new[] { "-m", "sh", "-c", "mount -t tmpfs -o size=64k none \"$0\" && exec dotnet \"$1\" --data \"$0\"", data, ControllerProcess.Program })
                start.ArgumentList.Add(word);
        });
        Assert.Equal(1, code);
        Assert.Contains("full", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_disk_that_fills_up_refuses_writes_with_the_remedy_and_serves_on_when_there_is_room()
    {
        await using var controller = await ControllerProcess.StartOnSmallDisk(data, "8m");
        using var admin = await OperatorClient.SignIn(controller);
        var filling = controller.DiskFile("filling");
        var full = Assert.Throws<IOException>(() => File.WriteAllBytes(filling, new byte[16 << 20]));
        Assert.Contains("No space left", full.Message, StringComparison.Ordinal);
        const string request = "{\"uses\":1,\"validSeconds\":60}";
        // The database may still have room of its own for a few.
        await Eventually.Holds(async () =>
        {
            using var answer = await admin.Http.PostAsync(Routes.Tokens, new StringContent(request, System.Text.Encoding.UTF8, "application/json"));
            return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        var (_, problem) = await admin.Refused("POST", Routes.Tokens, request);
        Assert.Equal("storage", problem.Code);
        Assert.Contains("controller.db: the disk is full; free space", problem.Message, StringComparison.Ordinal);
        Assert.Equal("admin", (await admin.Get(Routes.WhoAmI, WireJson.Default.WhoAmI)).Role);
        File.Delete(filling);
        Assert.NotNull((await admin.JoinToken(new TokenRequest { Uses = 1, ValidSeconds = 60 })).Secret);
        await AuditChain(admin);
    }

    [Theory]
    [InlineData("cannot understand '--nonsense'", "--nonsense")]
    [InlineData("a value must follow", "--data")]
    [InlineData("it must be a port", "--api-port", "70000")]
    [InlineData("it must be an IP address", "--bind", "here")]
    [InlineData("it must be 1 to 63", "--name", "Bad")]
    [InlineData("cannot understand '--name'", "login-link", "--name", "x")]
    public async Task Misuse_is_told(string why, params string[] words)
    {
        var (code, output, error) = await ControllerProcess.Run(words);
        Assert.Equal((64, ""), (code, output));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_starts_with_examples()
    {
        var (code, output, _) = await ControllerProcess.Run(["--help"]);
        Assert.Equal(0, code);
        Assert.Contains("Examples", output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", (await ControllerProcess.Run(["--version"])).Output);
    }

    private static async Task AuditHolds(OperatorClient admin)
    {
        var lines = await AuditChain(admin);
        Assert.Contains(lines, line => line.What == "unlock.given");
        Assert.Contains(lines, line => line.What == "job.created");
    }

    /// <summary>The audit lines, each with the hash of the one before it.</summary>
    private static async Task<AuditEntry[]> AuditChain(OperatorClient admin)
    {
        var before = "";
        var lines = (await admin.Audit()).Reverse().ToArray();
        Assert.NotEmpty(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            Assert.Equal(i + 1, line.Number);
            Assert.Equal(AuditLog.Hash(before, line.Number, line.Time.ToUnixTimeMilliseconds(), line.Who, line.What, line.Subject, line.Detail), line.Hash);
            before = line.Hash;
        }
        return lines;
    }

    private static async Task Fails(string why, params string[] words)
    {
        var (code, output, error) = await ControllerProcess.Run(words);
        Assert.True(code == 1, $"{code}: {error}");
        Assert.Equal("", output);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private static async Task<string> LoginLink(ControllerProcess controller)
    {
        var (code, output, error) = await ControllerProcess.Run(["login-link", "--data", controller.Data]);
        Assert.True(code == 0, error);
        return output;
    }

    private SortedDictionary<string, string> Keys() => new(
        Directory.GetFiles(Path.Combine(data, "keys")).ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => Directory.Delete(data, recursive: true);
}
