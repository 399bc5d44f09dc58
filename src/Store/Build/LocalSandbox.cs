using G8os.Model.Sandboxes;
using G8os.Store.Erofs;
using G8os.Store.Objects;
using G8os.Store.Tree;

namespace G8os.Store.Build;

/// <summary>A built sandbox in a directory of this machine.</summary>
public sealed class LocalSandbox
{
    private LocalSandbox(string directory, SandboxManifest manifest) => (Path, Manifest) = (directory, manifest);

    public string Path { get; }
    public SandboxManifest Manifest { get; }
    public string ImageFile => System.IO.Path.Combine(Path, SandboxManifest.ImageName);
    public ObjectStore Objects => new(System.IO.Path.Combine(Path, SandboxManifest.ObjectsName));

    /// <summary>Opens a directory that <see cref="SandboxBuilder"/> wrote.</summary>
    /// <exception cref="StoreException">It is none.</exception>
    public static LocalSandbox Open(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        var file = System.IO.Path.Combine(path, SandboxManifest.FileName);
        if (!File.Exists(file))
            throw new StoreException($"cannot open {directory}: it holds no {SandboxManifest.FileName}, so it is no built sandbox");
        return new FileInfo(file).Length <= SandboxManifest.MaxBytes && SandboxManifest.Parse(File.ReadAllBytes(file)) is { } manifest
            ? new(path, manifest)
            : throw new StoreException($"cannot read {file}: it is no sandbox manifest");
    }

    /// <summary>The image, as it is.</summary>
    public byte[] ReadImage()
    {
        if (!File.Exists(ImageFile))
            throw new StoreException($"cannot read {ImageFile}: it is not there");
        return new FileInfo(ImageFile).Length <= ErofsReader.MaxImage
            ? File.ReadAllBytes(ImageFile)
            : throw new StoreException($"cannot read {ImageFile}: it is longer than {ErofsReader.MaxImage >> 20} MiB");
    }

    public TreeInode ReadTree() => ErofsReader.Read(ReadImage());

    /// <summary>Reads every byte again and says what is not as the manifest has it, one sentence each.</summary>
    /// <param name="progress">Told after each object: objects and bytes so far.</param>
    public IEnumerable<string> Verify(Action<int, long>? progress = null)
    {
        if (Judge(out var objects) is { } fault)
        {
            yield return fault;
            yield break;
        }
        var (count, bytes) = (0, 0L);
        foreach (var (hash, length) in objects)
        {
            if (Objects.Length(hash) is not { } found)
                yield return $"object {hash} is missing";
            else if (found != length || !Objects.Verify(hash))
                yield return $"object {hash} is damaged: its bytes are not what its name says";
            progress?.Invoke(++count, bytes += length);
        }
    }

    private string? Judge(out SortedDictionary<ObjectHash, long> objects)
    {
        objects = [];
        try
        {
            var image = ReadImage();
            if (image.Length != Manifest.ImageSize || ObjectHash.Of(image) != Manifest.Image)
                return $"the image is not the one that the manifest names: it hashes to {ObjectHash.Of(image)}, not {Manifest.Image}";
            objects = ErofsReader.Objects(image);
        }
        catch (StoreException fault)
        {
            return fault.Message;
        }
        return objects.Count == Manifest.Objects && objects.Values.Sum() == Manifest.Bytes
            ? null
            : $"the image names {objects.Count} objects of {objects.Values.Sum()} bytes; the manifest says {Manifest.Objects} of {Manifest.Bytes}";
    }
}
