using System.Text.Json;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store.Erofs;
using G8os.Store.Objects;
using G8os.Store.Tree;

namespace G8os.Store.Build;

/// <summary>Writes a tree as a sandbox: a directory with sandbox.json, image.erofs and objects/.</summary>
public static class SandboxBuilder
{
    /// <summary>Writes <paramref name="directory"/> whole, in place of what is there, or not at all.</summary>
    /// <param name="root">The tree; its files know where their bytes are.</param>
    /// <param name="sandbox">Its name and version.</param>
    /// <param name="path">Directories of the tree for PATH.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="progress">Told after each file: files and bytes so far.</param>
    public static SandboxManifest Write(TreeInode root, SandboxRef sandbox, Values<string> path, string directory, Action<int, long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var fresh = $"{target}.new-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Path.Combine(fresh, SandboxManifest.ObjectsName));
            var objects = TreeObjects.Make(root, new ObjectStore(Path.Combine(fresh, SandboxManifest.ObjectsName)), progress);
            var image = ErofsWriter.Write(root);
            var manifest = Describe(root, sandbox, path, objects, image);
            File.WriteAllBytes(Path.Combine(fresh, SandboxManifest.ImageName), image);
            File.WriteAllBytes(Path.Combine(fresh, SandboxManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Default.SandboxManifest));
            Replace(target, fresh);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(fresh))
                Directory.Delete(fresh, recursive: true);
        }
    }

    private static SandboxManifest Describe(TreeInode root, SandboxRef sandbox, Values<string> path, TreeObjects objects, byte[] image) => new()
    {
        Name = sandbox.Name,
        Version = sandbox.Version,
        Image = ObjectHash.Of(image),
        ImageSize = image.Length,
        Entries = root.Walk().Count(),
        Files = objects.Files,
        Objects = objects.Objects.Count,
        Bytes = objects.Bytes,
        Path = path,
    };

    private static void Replace(string target, string fresh)
    {
        var part = Path.Combine(fresh, SandboxManifest.ObjectsName, ObjectStore.PartName);
        if (Directory.Exists(part))
            Directory.Delete(part);
        var old = $"{target}.old-{Environment.ProcessId}";
        if (Directory.Exists(target))
            Directory.Move(target, old);
        Directory.Move(fresh, target);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }
}
