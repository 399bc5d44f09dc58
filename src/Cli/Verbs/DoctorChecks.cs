using System.Reflection;
using System.Security.Cryptography;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>What the doctor looks at.</summary>
internal static class DoctorChecks
{
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(30);
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Machine(Surroundings here)
    {
        foreach (var tool in (string[])["ssh", "ssh-keygen", "git"])
        {
            yield return Tools.Find(tool, here.Variable) is { } path
                ? new Finding(tool, true, path, "")
                : new Finding(tool, false, "it is not installed", Tools.RemedyFor(tool));
        }
        if (here.Variable(GitSetup.AuthorityVariable) is { Length: > 0 } file)
            yield return new Finding("git CA", false, $"{GitSetup.AuthorityVariable} is {file}: git then trusts no controller", $"unset {GitSetup.AuthorityVariable} for git with a grid");
    }

    /// <summary>From the file to the token, each step only when the one before it is well.</summary>
    public static async Task<IReadOnlyList<Finding>> ControllerAsync(Call call)
    {
        var findings = new List<Finding>();
        var step = "context";
        try
        {
            var context = call.Context();
            findings.Add(ContextFileFinding(call.Contexts.Path));
            findings.Add(new Finding(step, true, $"{context.Name} at {context.Url}", ""));
            step = "grid";
            var grid = await GridTrust.FetchAsync(context.Url, context.Pin, context.GridVersion, call.Cancel);
            findings.Add(grid.IssuingCertificate == context.IssuingCertificate
                ? new Finding(step, true, $"{grid.Name}, version {grid.Version} of its document, vouched for by the pin", "")
                : new Finding(step, false, $"{grid.Name} has a new CA since this login", "run g8os login again"));
            step = "token";
            using var client = new ControllerClient(context);
            var who = await client.WhoAmIAsync(call.Cancel);
            findings.Add(new Finding(step, true, $"{who.Name}, role {who.Role}", ""));
            findings.Add(VersionFinding(who.Version));
            step = "clock";
            var ping = await client.PingAsync(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), call.Cancel);
            findings.Add(ClockFinding(call.Here.Now() - ping.Time));
        }
        catch (ClientException e)
        {
            findings.Add(new Finding(step, false, e.Message, e.Remedy));
        }
        return findings;
    }

    private static Finding ContextFileFinding(string path) => (File.GetUnixFileMode(path) & Others) == 0
        ? new Finding("contexts", true, path, "")
        : new Finding("contexts", false, $"others can read {path}, and it holds tokens", $"chmod 600 {path}");

    private static Finding VersionFinding(string controller)
    {
        var own = typeof(DoctorChecks).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
        return controller.Split('+')[0] == own
            ? new Finding("version", true, own, "")
            : new Finding("version", false, $"g8os is {own}, the controller is {controller}", "use the g8os of the controller's version");
    }

    private static Finding ClockFinding(TimeSpan ahead) => ahead.Duration() <= ClockSlack
        ? new Finding("clock", true, $"within {RelativeTime.Span(ClockSlack)} of the controller's", "")
        : new Finding("clock", false, $"this machine's clock is {RelativeTime.Span(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the controller's",
            "set it, e.g. with timedatectl set-ntp true");
}
