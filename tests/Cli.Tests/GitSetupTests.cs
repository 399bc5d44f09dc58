using System.Diagnostics;

namespace G8os.Cli.Tests;

/// <summary>A stock git after g8os login.</summary>
public sealed class GitSetupTests
{
    [Fact]
    public async Task Login_tells_git_of_the_controllers_ca_and_of_the_helper_and_context_rm_takes_it_back()
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        var file = (await GitAsync(person, "config", "--get-urlmatch", "http.sslCAInfo", controller.Url + "/git/ays.git")).Trim();
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var helper = await GitAsync(person, "config", "--get-urlmatch", "credential.helper", controller.Url);
        Assert.EndsWith("--context test git-credential\n", helper, StringComparison.Ordinal);
        Assert.Equal("", await GitAsync(person, "config", "--get-urlmatch", "http.sslCAInfo", "https://elsewhere.example.org"));
        // A second login changes what is there, it adds nothing.
        Assert.Equal(0, (await person.TypeAsync("login", controller.LoginString)).Code);
        Assert.Single((await GitAsync(person, "config", "--get-all", $"credential.{controller.Url}.helper")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, (await person.TypeAsync("context", "rm", "test")).Code);
        Assert.Equal("", await GitAsync(person, "config", "--get-urlmatch", "credential.helper", controller.Url));
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("get", "https", "", true)]
    [InlineData("get", "https", "elsewhere.example.org", false)]
    [InlineData("get", "http", "", false)]
    [InlineData("store", "https", "", false)]
    public async Task The_helper_gives_the_token_to_its_own_controller_only(string action, string protocol, string host, bool given)
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        person.Input = System.Text.Encoding.UTF8.GetBytes($"protocol={protocol}\nhost={(host.Length > 0 ? host : new Uri(controller.Url).Authority)}\n");
        var answer = await person.TypeAsync("--context", "test", "git-credential", action);
        Assert.Equal(new Outcome(0, given ? $"username=g8os\npassword={FakeController.Token}\n" : "", ""), answer);
    }

    private static async Task<string> GitAsync(Operator person, params string[] words)
    {
        var start = new ProcessStartInfo("git", words) { RedirectStandardOutput = true, WorkingDirectory = person.Home };
        start.Environment["HOME"] = person.Home;
        start.Environment["XDG_CONFIG_HOME"] = person.Home;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment.Remove("GIT_CONFIG_GLOBAL");
        using var git = Process.Start(start)!;
        var said = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return said;
    }
}
