using G8os.Core.Init;
using G8os.Core.Run;
using G8os.Core.Run.Network;
using G8os.Linux;
using G8os.Linux.Cgroups;
using G8os.Linux.Processes;

// One line per verb. udhcpc calls this program by its events' names.
return args switch
{
    ["init", .. var rest] => InitProgram.Run(rest),
    ["run"] => await CoreProgram.RunAsync(),
    ["enter", var cgroup, "--", .. { Length: > 0 } command] => Enter(cgroup, command),
    [var happened] when DhcpScript.Events.Contains(happened) => DhcpScript.Run(happened),
    _ => Usage(),
};

// Joins the cgroup and becomes the command; whoever reads the command's standard error learns why not.
static int Enter(string cgroup, string[] command)
{
    try
    {
        var tree = CgroupTree.Detect();
        tree.Create(cgroup);
        tree.Enter(cgroup);
        Spawner.Become(command);
        return 1;   // not reached: Become returns only by throwing
    }
    catch (Exception failure) when (failure is LinuxException or ArgumentException or IOException)
    {
        Console.Error.WriteLine(failure.Message);
        return failure is LinuxException { Missing: true } ? 127 : 126;
    }
}

static int Usage()
{
    Console.Error.WriteLine("usage: g8os-core init | run | enter CGROUP -- COMMAND...");
    return 64;
}
