using System.Security.Cryptography;
using System.Text;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

public sealed class LoginTests
{
    [Fact]
    public async Task A_login_string_makes_a_context_that_only_its_owner_can_read()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        var login = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(new Outcome(0, $"Logged in to test at {controller.Url}. Look around: g8os status\n", ""), login);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(person.ContextPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(person.ContextPath)!));
        Assert.Contains(FakeController.Token, await File.ReadAllTextAsync(person.ContextPath), StringComparison.Ordinal);
        Assert.Equal(["contexts.json", "contexts.json.lock"], Directory.GetFiles(Path.GetDirectoryName(person.ContextPath)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_closed_by_the_next_login()
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        File.SetUnixFileMode(person.ContextPath, (UnixFileMode)0b110_100_100);
        Assert.Equal(0, (await person.TypeAsync("login", controller.LoginString, "--name", "second")).Code);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(person.ContextPath));
    }

    [Fact]
    public async Task Token_from_a_file_pin_from_an_option_name_of_choice()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        var file = Path.Combine(person.Home, "token");
        await File.WriteAllTextAsync(file, FakeController.Token + "\n");
        Assert.Equal(0, (await person.TypeAsync("login", controller.Url, "--pin", controller.Grid.Pin, "--token-file", file, "--name", "mine", "--reach", "node-1=127.0.0.1:2201")).Code);
        var contexts = await person.TypeAsync("context", "ls", "-o", "wide");
        Assert.Contains("mine", contexts.Out, StringComparison.Ordinal);
        Assert.Contains("node-1=127.0.0.1:2201", contexts.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("login", "-")]
    [InlineData("login", "URL", "--pin", "PIN", "--token-file", "-")]
    public async Task Secrets_come_by_standard_input(params string[] args)
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        person.Input = Encoding.UTF8.GetBytes((args[1] == "-" ? controller.LoginString : FakeController.Token) + "\n");
        var login = await person.TypeAsync([.. args.Select(a => a.Replace("URL", controller.Url, StringComparison.Ordinal).Replace("PIN", controller.Grid.Pin, StringComparison.Ordinal))]);
        Assert.Equal((0, ""), (login.Code, login.Error));
    }

    [Fact]
    public async Task A_wrong_pin_is_refused_before_the_token_is_shown_to_anyone()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        var wrong = "sha256:" + new string('0', 64);
        var login = await person.TypeAsync("login", $"{controller.Url}#pin={wrong}&token={FakeController.Token}");
        Assert.Equal(4, login.Code);
        Assert.Equal($"g8os: cannot trust {controller.Url}: it is the grid {controller.Grid.Pin}, the pin says {wrong}; "
            + "check the address and the pin; g8os-controller login-link prints both\n", login.Error);
        Assert.False(File.Exists(person.ContextPath));
        Assert.Equal(Routes.Grid, Assert.Single(controller.Requests).Path);
    }

    [Fact]
    public async Task A_document_whose_bytes_were_changed_is_refused()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        using var stranger = new FakeGrid();
        var signed = controller.Versions[0];
        var forged = FakeGrid.Sign(stranger.Document(root: controller.Grid.Root), stranger.Root);
        controller.Versions = [signed with { Payload = forged.Payload }];
        var login = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(4, login.Code);
        Assert.Contains("version 1 is not signed by", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_root_counts_when_the_old_and_the_new_one_signed_it()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (first, second) = (controller.Versions[0], controller.Grid.Document(2, root));
        controller.Versions = [first, FakeGrid.Sign(second, root)];
        Assert.Equal(4, (await person.TypeAsync("login", controller.LoginString)).Code);
        controller.Versions = [first, FakeGrid.Sign(second, controller.Grid.Root)];
        Assert.Equal(4, (await person.TypeAsync("login", controller.LoginString)).Code);
        controller.Versions = [first, FakeGrid.Sign(second, controller.Grid.Root, root)];
        Assert.Equal(0, (await person.TypeAsync("login", controller.LoginString)).Code);
        controller.Versions = [first];
        var older = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(4, older.Code);
        Assert.Contains("version 2 was seen before", older.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_with_a_certificate_of_another_CA_gets_no_token()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        using var stranger = new FakeGrid();
        controller.Certificate = stranger.Issue(FakeGrid.ControllerUri);
        var login = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(4, login.Code);
        Assert.Contains("its certificate does not come from this grid's CA", login.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(controller.Requests, r => r.Path == Routes.WhoAmI);
    }

    [Theory]
    [InlineData("g8os:node:3f9c")]
    [InlineData("g8os:controller:")]
    public async Task A_certificate_of_the_grid_that_is_not_a_controllers_is_refused(string uri)
    {
        using var person = new Operator();
        await using var controller = new FakeController(uri);
        var login = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(4, login.Code);
        Assert.Contains("its certificate is not a controller's", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_nothing_is_kept()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        var login = await person.TypeAsync("login", $"{controller.Url}#pin={controller.Grid.Pin}&token=wrong");
        Assert.Equal((4, "g8os: the token is not known; log in again\n"), (login.Code, login.Error));
        Assert.False(File.Exists(person.ContextPath));
    }

    [Fact]
    public async Task Without_a_pin_it_says_what_the_address_claims_and_trusts_nothing()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        var login = await person.TypeAsync("login", controller.Url, "--token-file", "-");
        Assert.Equal(64, login.Code);
        Assert.Contains($"it claims to be {controller.Grid.Pin}", login.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(person.ContextPath));
    }

    [Fact]
    public async Task Something_that_is_no_controller_is_said_to_be_none()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        controller.On("GET", Routes.Grid, _ => new FakeAnswer(200, "<html>Welcome to the hotel</html>"));
        var login = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(4, login.Code);
        Assert.Contains("no g8os controller is there", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logins_at_the_same_time_all_land()
    {
        using var person = new Operator();
        await using var controller = new FakeController();
        var logins = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => person.TypeAsync("login", controller.LoginString, "--name", $"c{i}")));
        Assert.All(logins, l => Assert.Equal((0, ""), (l.Code, l.Error)));
        Assert.Equal("c0\nc1\nc2\nc3\nc4\nc5\nc6\nc7\n", (await person.TypeAsync("context", "ls", "-o", "name")).Out);
    }
}
