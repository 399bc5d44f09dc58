namespace G8os.Lab.Serve;

/// <summary>The three programs a lab starts: this one again, the node's, the controller's.</summary>
/// <param name="G8os">The command line itself, for its hidden verbs.</param>
/// <param name="Core">g8os-core.</param>
/// <param name="Controller">g8os-controller.</param>
public sealed record LabPrograms(string G8os, string Core, string Controller)
{
    public const string CliVariable = "G8OS_CLI", CoreVariable = "G8OS_CORE", ControllerVariable = "G8OS_CONTROLLER";

    /// <summary>They lie beside this program's real file, unless the environment names them.</summary>
    /// <exception cref="LabException">One is missing.</exception>
    public static LabPrograms Find()
    {
        var self = Named(CliVariable) ?? Real(Environment.ProcessPath ?? throw new LabException("cannot find this program's own file"));
        var directory = Path.GetDirectoryName(self)!;
        return new(
            Checked(self, CliVariable),
            Checked(Named(CoreVariable) ?? Path.Combine(directory, "g8os-core"), CoreVariable),
            Checked(Named(ControllerVariable) ?? Path.Combine(directory, "g8os-controller", "g8os-controller"), ControllerVariable));
    }

    private static string? Named(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? Real(Path.GetFullPath(path)) : null;

    private static string Real(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;

    private static string Checked(string path, string variable) =>
        File.Exists(path) ? path : throw new LabException($"cannot find {path}: run make build, or set {variable} to the program");
}
