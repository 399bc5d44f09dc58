using G8os.Store.Build;

namespace G8os.Store.Tests.Build;

public sealed class RecipeReaderTests
{
    public static TheoryData<string> Shipped => new(Directory.EnumerateDirectories(Path.Combine(Checkout.Root, "sandboxes")).Select(directory => Path.GetFileName(directory)));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void TheShippedRecipesAreRight(string name)
    {
        var read = RecipeReader.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "sandboxes", name, "recipe.toml")), "recipe.toml");
        Assert.Empty(read.Errors);
        Assert.Equal(name, read.Recipe!.Name);
    }

    [Fact]
    public void EveryKeyIsRead()
    {
        var recipe = Read("""
            name = "site"
            version = "1.0"
            packages = ["less", "mc=3:4.8.29-2"]
            without = ["perl-*"]
            remove = ["/usr/share/doc/**"]
            directories = ["/data"]
            path = ["usr/bin"]
            [files]
            "/usr/bin/x" = "x.py"
            "/etc/x" = { text = "{version}", mode = 0o600 }
            [links]
            "/usr/bin/y" = "x"
            [tools]
            x = "/usr/bin/x"
            z = { exec = "/usr/bin/z", args = ["-v"], env = { HOME = "{root}/home" } }
            """);
        Assert.Equal((["less", "mc=3:4.8.29-2"], ["perl-*"], ["/usr/share/doc/**"]), (recipe.Packages, recipe.Without, recipe.Remove));
        Assert.Equal([new("/usr/bin/x", "x.py", null, null), new("/etc/x", null, "{version}", 0x180)], recipe.Files);
        Assert.Equal([new("/usr/bin/y", "x")], recipe.Links);
        Assert.Equal("z /usr/bin/z -v HOME", $"{recipe.Tools[1].Name} {recipe.Tools[1].Exec} {recipe.Tools[1].Args[0]} {recipe.Tools[1].Env.Keys.Single()}");
        Assert.Equal(["usr/bin"], recipe.Path!);
    }

    [Theory]
    [InlineData("nmae = \"x\"", "r:1:1: the file needs \"name\", for example name = \"hello\"", "r:1:1: unknown key \"nmae\"; did you mean \"name\"?")]
    [InlineData("name = \"X\"", "r:1:8: bad value \"X\": expected 1 to 63 lower-case letters, digits and dashes, like \"os-tools\"")]
    [InlineData("name = 1", "r:1:8: \"name\": expected a string, found an integer")]
    [InlineData("name = \"x\"\npackages = \"less\"", "r:2:12: \"packages\": expected an array of strings, found a string")]
    [InlineData("name = \"x\"\npackages = [\"less; rm\"]", "r:2:13: bad value \"less; rm\": expected a Debian package like \"less\" or \"less=590-2\"")]
    [InlineData("name = \"x\"\n[file]\n", "r:2:2: unknown table [file]; did you mean [files]?")]
    [InlineData("name = \"x\"\n[files]\n\"/a\" = 1", "r:3:8: \"/a\" in [files]: expected a path or a table like { from = \"x\", mode = 0o755 }, found an integer")]
    [InlineData("name = \"x\"\n[files]\n\"/a\" = { text = \"\", from = \"\" }", "r:3:8: \"/a\" of [files] needs \"from\" or \"text\", not both")]
    [InlineData("name = \"x\"\n[files]\n\"/a\" = { form = \"b\" }", "r:3:8: \"/a\" of [files] needs \"from\" or \"text\", not both", "r:3:10: unknown key \"form\" in \"/a\" of [files]; did you mean \"from\"?")]
    [InlineData("name = \"x\"\n[files]\n\"/a/../b\" = \"b\"", "r:3:1: bad key \"/a/../b\" in [files]: expected an absolute path of the sandbox, like \"/usr/bin/hello\"")]
    [InlineData("name = \"x\"\n[tools]\n\"a/b\" = \"/b\"", "r:3:1: bad key \"a/b\" in [tools]: expected the name that is typed, like \"mc\"")]
    [InlineData("name = \"x\"\n[tools]\na = { args = [] }", "r:3:5: \"a\" of [tools] needs \"exec\", for example exec = \"/usr/bin/mc\"")]
    [InlineData("name = \"x\"\nremove = [\"doc\"]", "r:2:11: bad value \"doc\": expected a pattern of absolute paths, like \"/usr/share/doc/**\"")]
    [InlineData("name = x", "r:1:8: expected a value, found \"x\"; a text is written in quotes: \"x\"")]
    public void FaultsHaveTheirPlace(string text, params string[] errors)
    {
        var read = RecipeReader.Parse(text, "r");
        Assert.Null(read.Recipe);
        Assert.Equal(errors, read.Errors.Select(error => error.ToString()));
    }

    private static SandboxRecipe Read(string text) => RecipeReader.Parse(text, "r") is var read && read.Recipe is { } recipe ? recipe : throw new InvalidOperationException(read.Errors.ToString());
}
