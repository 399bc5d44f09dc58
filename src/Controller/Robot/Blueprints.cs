using G8os.Controller.Git;
using G8os.Robot;

namespace G8os.Controller.Robot;

/// <summary>Compiles the YAML files of a commit.</summary>
internal static class Blueprints
{
    /// <summary>Whether a file counts; all others are the repository's own business.</summary>
    public static bool IsRead(string path) => G8os.Robot.AysRepository.IsRead(path);

    public static AysResult Compile(string commit, IEnumerable<TreeFile> files, AysSurroundings surroundings) =>
        G8os.Robot.AysRepository.Read(commit, files.ToDictionary(file => file.Path, file => new ReadOnlyMemory<byte>(file.Content), StringComparer.Ordinal), surroundings);
}
