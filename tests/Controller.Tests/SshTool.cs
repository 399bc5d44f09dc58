using System.Diagnostics;

namespace G8os.Controller.Tests;

/// <summary>What ssh-keygen says of a certificate.</summary>
internal static class SshTool
{
    public static async Task<string> Show(string certificate)
    {
        var start = new ProcessStartInfo("ssh-keygen", ["-L", "-f", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(certificate);
        process.StandardInput.Close();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text;
    }
}
