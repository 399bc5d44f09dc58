namespace G8os.Lab.Tests;

/// <summary>What <c>lab up</c> says on a machine that cannot draw labs: one line each with the remedy, and nothing is left behind.</summary>
public sealed class BadMachineTests : IDisposable
{
    private const string Name = "test-bad-machine";
    private readonly string folder = Directory.CreateTempSubdirectory("g8os-bad-").FullName;
    private readonly string file;

    public BadMachineTests()
    {
        file = Path.Combine(folder, "lab.toml");
        File.WriteAllText(file, "[segment.a]\n[controller.c]\non = { a = \"10.77.12.1/24\" }\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A shell line in a mount namespace of its own; "$@" is the command that brings the lab up.</summary>
    private Task<Said> AloneAsync(string before) => Shell.RunAsync("unshare",
        ["-m", "/bin/sh", "-c", $"{before} || exit 99; exec \"$@\"", "sh", Shell.G8os, "lab", "up", file, "--name", Name],
        environment: new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = folder, ["G8OS_LAB_ROOT"] = Path.Combine(folder, "labs") });

    [Fact]
    public async Task Without_root_it_says_to_use_sudo()
    {
        // Where the checkout lies a user may not look: the program is copied out.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var program = Path.Combine(folder, "g8os");
        File.Copy(Shell.G8os, program);
        var said = await Shell.RunAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", program, "lab", "up", file, "--name", Name]);
        Assert.Equal(1, said.Code);
        Assert.Equal("missing: not root: a lab makes namespaces and mounts; run it with sudo", said.Err.Trim());
        Assert.DoesNotContain(Name, (await Shell.RunAsync(Shell.G8os, ["lab", "ls"])).Ok());
    }

    [Fact]
    public async Task A_missing_tool_is_named_with_its_package()
    {
        var said = await AloneAsync("mount -t tmpfs none /usr/sbin");
        Assert.Equal(1, said.Code);
        Assert.Equal("missing: sshd is missing: apt-get install openssh-server\nmissing: dnsmasq is missing: apt-get install dnsmasq-base", said.Err.Trim());
    }

    [Fact]
    public async Task A_full_disk_is_said_with_the_remedy()
    {
        var disk = Path.Combine(folder, "disk");
        var labs = Path.Combine(folder, "labs");
        Directory.CreateDirectory(labs);
        var said = await AloneAsync($"truncate -s 8M {disk} && mkfs.ext4 -q -m 0 {disk} && mount -o loop {disk} {labs} && {{ cat /dev/zero > {labs}/filling 2>/dev/null; true; }}");
        Assert.Equal(1, said.Code);
        Assert.Equal($"missing: 0 MiB are free for {labs}: a lab needs 128 MiB; free space there, or set G8OS_LAB_ROOT to a directory on another disk", said.Err.Trim());
    }
}
