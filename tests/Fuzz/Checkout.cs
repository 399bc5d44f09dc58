namespace G8os.Fuzz;

/// <summary>The checkout that this program was built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"cannot find the checkout: no global.json above {AppContext.BaseDirectory}");
    }
}
