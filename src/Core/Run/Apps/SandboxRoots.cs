namespace G8os.Core.Run.Apps;

/// <summary>Whether an app's root is there.</summary>
internal static class SandboxRoots
{
    /// <summary>Ready when it is mounted and complete; else why not.</summary>
    public static (bool Ready, string Reason) Look(string sandbox) =>
        Directory.Exists(AppFiles.Root(sandbox)) ? (true, "") : (false, $"sandbox {sandbox} is not mounted yet");
}
