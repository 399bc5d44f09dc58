using System.CommandLine;
using System.Diagnostics;
using G8os.Cli.Read;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ssh</summary>
internal static class Ssh
{
    /// <summary>What ssh itself ends with when it did not get through.</summary>
    private const int SshFailed = 255;

    public static Verb Verb => new("ssh", "A shell on a node, or one command, by a certificate of five minutes.", command =>
    {
        var node = Arguments.Node();
        var words = new Argument<string[]>("command") { HelpName = "COMMAND", Arity = ArgumentArity.ZeroOrMore, Description = "A command to run instead of a shell" };
        command.Arguments.Add(node);
        command.Arguments.Add(words);
        return async call =>
        {
            var name = NodeName.Bare(call.Get(node));
            using var client = call.Connect();
            using var key = await SshKey.MakeAsync(call);
            var answer = await client.SshCertificateAsync(new SshCertificateRequest(name, key.PublicLine), call.Cancel);
            var view = await client.NodeAsync(name, call.Cancel);
            var address = client.Context.Reach.TryGetValue(view.Name, out var reached)
                ? SshAddress.Parse(reached, "in the context ")
                : SshAddress.Parse(answer.Address, "of the node ");
            key.Certify(answer.Certificate, view.Name, answer.HostCa);
            return await RunAsync(call, [.. key.Options, "-p", $"{address.Port}", "-l", answer.Login, "--", address.Host, .. RemoteCommand(call.Get(words))], view.Name, address);
        };
    })
    {
        Examples = ["g8os ssh node-1", "g8os ssh node-1 -- journalctl -n 20", "g8os ssh node-1 -- 'cat /proc/mounts | grep /mnt/etc'"],
    };

    /// <summary>ssh joins words with blanks and a shell takes them apart: several are quoted so that they arrive as typed, a single one is a line of shell.</summary>
    internal static IEnumerable<string> RemoteCommand(string[] words) =>
        words.Length <= 1 ? words : words.Select(w => $"'{w.Replace("'", "'\\''", StringComparison.Ordinal)}'");

    private static async Task<int> RunAsync(Call call, string[] arguments, string node, SshAddress address)
    {
        // Ctrl-C belongs to the shell on the node as long as ssh runs.
        call.Here.Interrupts.Hold();
        using var ssh = Process.Start(Tools.Start("ssh", arguments))
            ?? throw new ClientException("cannot start ssh", Tools.RemedyFor("ssh"), ExitCode.Failed);
        await ssh.WaitForExitAsync(CancellationToken.None);
        if (ssh.ExitCode != SshFailed)
            return ssh.ExitCode;
        CliProgram.Complain(call.Here, $"cannot reach {node} by ssh at {address.Host} port {address.Port}", $"g8os explain node/{node} tells whether its sshd runs");
        return ExitCode.Unreachable;
    }
}
