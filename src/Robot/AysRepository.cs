using G8os.Robot.Blueprints;
using G8os.Robot.Compile;

namespace G8os.Robot;

/// <summary>
/// Reads an AYS repository and compiles it to the grid that it wants (docs/robot.md, seed: the AYS robot). It follows from its arguments alone:
/// no clock, no files, no order of files. It never throws, and its time is bounded by <see cref="AysLimits"/>.
/// </summary>
public static class AysRepository
{
    /// <summary>Whether a file of the repository is read at all: what is not, need not be given.</summary>
    public static bool IsRead(string path) => RepositoryReader.IsRead(path);

    /// <param name="commit">The commit, as git names it.</param>
    /// <param name="files">Path in the repository → bytes; those that are not read are passed over.</param>
    /// <param name="known">What the controller knows now.</param>
    public static AysResult Read(string commit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, AysSurroundings known)
    {
        var errors = new AysErrors();
        var contents = RepositoryReader.Read(files, errors);
        var (nodes, apps) = (Claims.Nodes(contents.Nodes, errors), Claims.Apps(contents.Apps, errors));
        Links.Check(nodes, apps, errors);
        Cycles.Find(apps, errors);
        Claims.Ports(apps.Values, errors);
        var sandboxes = new SandboxVersions(known.Sandboxes, errors);
        var policy = new AysPolicy { Apply = contents.Repository.Apply, DefaultSandboxes = sandboxes.Pin(contents.Repository.Sandboxes) };
        var compiler = new GridCompiler(nodes, apps, sandboxes, policy.DefaultSandboxes, known.Addresses);
        compiler.Pin();
        var grid = errors.Count == 0 ? compiler.Compile(commit) : null;
        if (grid is not null)
            NodeSizes.Check(grid, apps, errors);
        var (told, more) = errors.Told();
        return new(errors.Count == 0 ? grid : null, policy, told, more);
    }
}
