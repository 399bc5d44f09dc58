using System.Runtime.CompilerServices;
using System.Text;
using G8os.Decisions.Apps;
using G8os.Model;
using G8os.Model.Apps;
using Xunit;

namespace G8os.Decisions.Tests;

public sealed class ContainerConfigTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nshop:x:1234:1235:shop:/srv:/bin/sh\nhalf:x:7\n";
    private const string Group = "shop:x:1235:\nwheel:x:77:other,shop\naudio:x:29:shop\n";

    private static readonly AppSpec Shop = new()
    {
        Name = "shop",
        Sandbox = "shop@1",
        Process = new ProcessSpec { Exec = "/bin/shop", Args = ["--port", "80"], Env = Table<string>.Empty.With("MODE", "fast").With("LANG", "nl_BE"), User = "shop", Directory = "/srv" },
        Ports = [80],
        Resources = new ResourceSpec { Memory = 1 << 20, Cpu = 250, Processes = 9 },
    };

    /// <summary>Set G8OS_WRITE_SCRIPTS=1 to write down what it is now, and read the difference.</summary>
    [Fact]
    public void A_bundle_is_as_it_was_written_down()
    {
        var place = new ContainerPlace("/run/g8os/sandboxes/shop@1/root", "/var/lib/g8os/apps/shop/data", AppRoot.Files, "g8os-app-shop");
        var json = Encoding.UTF8.GetString(ContainerConfig.Of(Shop, AppUser.Find(Passwd, Group, "shop")!, place)) + "\n";
        if (Environment.GetEnvironmentVariable("G8OS_WRITE_SCRIPTS") == "1")
            File.WriteAllText(Path.Combine(Folder(), "scripts", "bundle", "shop.json"), json);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scripts", "bundle", "shop.json")), json);
    }

    [Theory]
    [InlineData("shop", 1234u, 1235u, "/srv")]
    [InlineData("1234", 1234u, 1235u, "/srv")]
    [InlineData("0", 0u, 0u, "/root")]
    [InlineData("65534", 65534u, 65534u, "/data")]
    public void A_user_is_a_name_of_the_sandbox_or_a_number(string user, uint uid, uint gid, string home)
    {
        var found = AppUser.Find(Passwd, Group, user)!;
        Assert.Equal((uid, gid, home), (found.Uid, found.Gid, found.Home));
        Assert.Equal(uid == 1234 ? [29u, 77u] : [], found.Groups);
    }

    [Theory]
    [InlineData("nobody-here")]
    [InlineData("half")]
    [InlineData("-1")]
    [InlineData("")]
    public void An_unknown_user_is_none(string user) => Assert.Null(AppUser.Find(Passwd, Group, user));

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
