using System.Diagnostics.CodeAnalysis;
using G8os.Lab;
using G8os.Lab.Control;
using G8os.Lab.Serve;
using Xunit;

namespace G8os.LabTests;

/// <summary>What a supervisor says and does when a program of the lab cannot start. The whole grid is tested with the real programs elsewhere.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes through IAsyncLifetime.")]
public sealed class LabSupervisorTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly string directory = Directory.CreateTempSubdirectory("g8lab-").FullName;
    private readonly List<string> log = [];
    private LabSupervisor supervisor = null!;

    public Task InitializeAsync()
    {
        var paths = new LabPaths(Path.Combine(directory, "broken"));
        LabPaths.MakePrivate(paths.Directory);
        new LabRecord { File = Path.Combine(directory, "lab.toml") }.Write(paths);
        var lab = LabFile.Parse("[segment.site]\n[controller.ac1]\non = { site = \"10.77.1.1/24\" }\n[node.a]\non = [\"site\"]\n", "f").File!;
        // A controller that ends at once.
        supervisor = new(paths, lab, new("/bin/true", "/bin/true", "/bin/false"), line =>
        {
            lock (log)
                log.Add(line);
        });
        supervisor.Draw();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await supervisor.StopAsync(kill: true).WaitAsync(Deadline);
        await supervisor.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private Task<LabReply> Ask(LabVerb verb, string? machine = null, string? link = null) =>
        supervisor.AnswerAsync(new(verb, machine, link), CancellationToken.None).WaitAsync(Deadline);

    [Fact]
    public async Task AControllerThatEndsIsSaidAndTheRestIsLeftForInspection()
    {
        await supervisor.BringUpAsync().WaitAsync(Deadline);
        var status = (await Ask(LabVerb.Status)).Status!;
        Assert.Equal(LabState.Failed, status.State);
        Assert.Contains("cannot start controller ac1: it ended with exit code 1", status.Message, StringComparison.Ordinal);
        var controller = Assert.Single(status.Controllers);
        Assert.Equal(MachineState.Exited, controller.State);
        Assert.False(controller.Ready);
        Assert.Equal("10.77.1.1/24", Assert.Single(controller.Links).Address);
        var node = Assert.Single(status.Nodes);
        Assert.Equal(MachineState.Stopped, node.State);
        Assert.InRange(node.SshPort, 1, 65535);
        Assert.Equal(LabMac.Of("a", 0), Assert.Single(node.Links).Mac);
    }

    [Fact]
    public async Task WhatCannotBeDoneIsAnAnswer()
    {
        var unknown = await Ask(LabVerb.NodeStart, "b");
        Assert.Equal((LabErrorKind.NotFound, "cannot find node b in lab broken: there is a"), (unknown.Kind, unknown.Error));
        var early = await Ask(LabVerb.NodeStart, "a");
        Assert.Equal(LabErrorKind.NotReady, early.Kind);
        Assert.Contains("controller ac1 has not answered yet", early.Error, StringComparison.Ordinal);
        Assert.Equal(LabErrorKind.NotReady, (await Ask(LabVerb.Target, "a")).Kind);
        Assert.Equal(LabErrorKind.NotReady, (await Ask(LabVerb.Login)).Kind);
        Assert.Equal(LabErrorKind.NotFound, (await Ask(LabVerb.LinkDown, "a", "eth7")).Kind);
        Assert.Null((await Ask(LabVerb.LinkDown, "a", "eth0")).Error);
        Assert.False((await Ask(LabVerb.Status)).Status!.Nodes[0].Links[0].Up);
    }

    [Fact]
    public async Task TheLabsSshKeyIsItsOwnersOnly()
    {
        var key = (await Ask(LabVerb.Status)).Status!.SshKey;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.StartsWith("ssh-ed25519 ", await File.ReadAllTextAsync(key + ".pub"), StringComparison.Ordinal);
    }
}
