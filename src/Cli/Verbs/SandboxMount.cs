using System.CommandLine;
using G8os.Client;
using G8os.Linux;
using G8os.Linux.Mounts;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox mount</summary>
internal static class SandboxMountVerb
{
    /// <summary>The type by which a mount of ours is known again, and its source.</summary>
    internal const string MountType = "overlay", MountSource = "g8os";

    public static Verb Verb => new("sandbox mount", "Show a built sandbox at a directory of this machine, read-only.", command =>
    {
        var directory = SandboxArguments.Directory();
        var target = new Argument<string>("TARGET") { Description = "An empty directory" };
        command.Arguments.Add(directory);
        command.Arguments.Add(target);
        return call =>
        {
            var sandbox = SandboxArguments.Open(call.Get(directory));
            var at = Path.GetFullPath(call.Get(target));
            if (!Directory.Exists(at))
                throw new ClientException($"cannot mount on {at}: there is no such directory", $"mkdir -p {at}", ExitCode.NotFound);
            if (MountTable.IsMounted(at))
                throw new ClientException($"cannot mount on {at}: something is mounted there", $"g8os sandbox umount {at}", ExitCode.Refused);
            Mount(sandbox.ImageFile, sandbox.Objects.Root, at);
            call.Here.Out.WriteLine($"{sandbox.Manifest.Ref} is at {at}");
            return Task.FromResult(ExitCode.Ok);
        };
    })
    {
        Examples = ["g8os sandbox mount hello@1.0 /mnt"],
    };

    private static void Mount(string image, string objects, string target)
    {
        var names = Directory.CreateTempSubdirectory("g8os-names-").FullName;
        try
        {
            SandboxMount.Mount(image, [objects], names, target);
        }
        catch (LinuxException fault)
        {
            throw new ClientException(fault.Message, Environment.IsPrivilegedProcess ? "" : "only root can mount: run it with sudo", ExitCode.Failed, fault);
        }
        finally
        {
            Directory.Delete(names);
        }
    }
}

/// <summary>g8os sandbox umount</summary>
internal static class SandboxUmount
{
    public static Verb Verb => new("sandbox umount", "Take a mounted sandbox away again.", command =>
    {
        var target = new Argument<string>("TARGET") { Description = "Where it is mounted" };
        command.Arguments.Add(target);
        return call =>
        {
            var at = Path.GetFullPath(call.Get(target));
            if (MountTable.Find(at) is not { Type: SandboxMountVerb.MountType, Source: SandboxMountVerb.MountSource })
                throw new ClientException($"cannot unmount {at}: no sandbox is mounted there", "", ExitCode.NotFound);
            try
            {
                MountPoint.Unmount(at);
            }
            catch (LinuxException fault)
            {
                throw new ClientException(fault.Message, "whoever uses it must end first; fuser -m shows who", ExitCode.Failed, fault);
            }
            return Task.FromResult(ExitCode.Ok);
        };
    })
    {
        Examples = ["g8os sandbox umount /mnt"],
    };
}
