using System.CommandLine;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os completion</summary>
internal static class Completion
{
    private const string Bash = """
        # g8os completion for bash: source <(g8os completion bash)
        _g8os() {
            local IFS=$'\n'
            COMPREPLY=($("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o bashdefault -o default -F _g8os g8os
        """;

    private const string Zsh = """
        #compdef g8os
        # g8os completion for zsh: source <(g8os completion zsh)
        _g8os() {
            local -a found
            found=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            if [[ -n "${found[1]}" ]]; then compadd -- "${found[@]}"; else _files; fi
        }
        compdef _g8os g8os
        """;

    private const string Fish = """
        # g8os completion for fish: g8os completion fish | source
        function __g8os_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1] complete -- $words[2..-1] 2>/dev/null
        end
        complete -c g8os -a '(__g8os_complete)'
        """;

    public static Verb Verb => new("completion", "Print the script that completes g8os in a shell.", command =>
    {
        var shell = new Argument<string>("shell") { HelpName = "bash|zsh|fish", Description = "The shell" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        command.Arguments.Add(shell);
        return call =>
        {
            call.Here.Out.WriteLine(call.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return Task.FromResult(ExitCode.Ok);
        };
    })
    {
        Examples = ["source <(g8os completion bash)", "g8os completion fish | source"],
    };
}
