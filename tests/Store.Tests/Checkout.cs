namespace G8os.Store.Tests;

/// <summary>The checkout that this program was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "g8os.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"cannot find the checkout above {AppContext.BaseDirectory}");
    }
}
