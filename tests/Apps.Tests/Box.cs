using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model.Apps;
using G8os.Model.Grid;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store.Build;
using G8os.Store.Objects;
using G8os.Store.Tree;

namespace G8os.Apps.Tests;

/// <summary>A sandbox with busybox and two users in it, and a place for all that the node mounts.</summary>
internal sealed class Box
{
    private const int DirectoryMode = 0x1ed, FileMode = 0x1a4;
    private readonly string directory;
    private readonly SandboxManifest manifest;

    /// <param name="version">It is in /etc/version too.</param>
    /// <param name="directory">Where it is built.</param>
    public Box(string version, string directory)
    {
        this.directory = directory;
        var root = Directory();
        foreach (var path in AppRoot.Directories.Concat(["/bin", "/etc"]))
            root.Put(path, Directory(), Directory);
        root.Put("/bin/busybox", new TreeInode(FileKind.Regular) { Mode = DirectoryMode, Size = new FileInfo("/bin/busybox").Length, Content = () => File.OpenRead("/bin/busybox") }, Directory);
        root.Put("/bin/sh", new TreeInode(FileKind.Link) { Mode = 0x1ff, Target = new("busybox"u8.ToArray()) }, Directory);
        foreach (var path in AppRoot.Files)
            root.Put(path, Text("nothing\n"), Directory);
        root.Put("/etc/passwd", Text("root:x:0:0:root:/root:/bin/sh\nshop:x:1234:1235:shop:/data:/bin/sh\n"), Directory);
        root.Put("/etc/group", Text("shop:x:1235:\nwheel:x:77:shop\n"), Directory);
        root.Put("/etc/version", Text($"box@{version}"), Directory);
        manifest = SandboxBuilder.Write(root, new SandboxRef("box", version), [], directory);
    }

    /// <summary>As a node manifest has it.</summary>
    public SandboxAssignment Assignment(ECDsa publisher)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Default.SandboxManifest);
        var signature = Convert.ToBase64String(P256.Sign(publisher, SandboxJudge.SignedBytes(payload)));
        var signed = new SignedDocument { Payload = Convert.ToBase64String(payload), Signatures = [new(P256.KeyId(publisher.ExportSubjectPublicKeyInfo()), signature)] };
        return new SandboxAssignment($"box@{manifest.Version}", signed, Tool: false);
    }

    /// <summary>Puts image and objects into a node's cache, as fetching them would.</summary>
    public void Bring(string cache)
    {
        var to = new ObjectStore(cache);
        using (var image = File.OpenRead(Path.Combine(directory, SandboxManifest.ImageName)))
            to.Put(image);
        var from = new ObjectStore(Path.Combine(directory, SandboxManifest.ObjectsName));
        foreach (var hash in from.List())
            using (var one = from.Open(hash)!)
                to.Put(one);
    }

    private static TreeInode Directory() => new(FileKind.Directory) { Mode = DirectoryMode };

    private static TreeInode Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new(FileKind.Regular) { Mode = FileMode, Size = bytes.Length, Content = () => new MemoryStream(bytes, writable: false) };
    }
}
