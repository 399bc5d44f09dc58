using G8os.Client;
using G8os.Model.Sandboxes;
using G8os.Store;
using G8os.Store.Build;
using G8os.Store.Erofs;

namespace G8os.Cli.Sandboxes;

/// <summary>What a push sent.</summary>
internal sealed record Uploaded(int Sent, long Bytes, int All);

/// <summary>Sends what a built sandbox has and the store lacks, a few objects at a time. Ended early and begun again it goes on where it was.</summary>
internal sealed class Upload(ControllerClient client, ProgressLine progress)
{
    private const int AtOnce = 6;

    public async Task<Uploaded> RunAsync(LocalSandbox sandbox, CancellationToken cancel)
    {
        var image = sandbox.ReadImage();
        if (ObjectHash.Of(image) != sandbox.Manifest.Image)
            throw new StoreException($"cannot push {sandbox.Path}: its image is not the one its manifest names; g8os sandbox verify tells more");
        var objects = ErofsReader.Objects(image);
        var all = objects.Keys.Append(sandbox.Manifest.Image).Distinct().ToArray();
        progress.Say($"asking which of {all.Length} objects are missing");
        var missing = await client.MissingObjectsAsync(all, cancel);
        var (sent, bytes) = (0, 0L);
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (hash, stop) =>
        {
            await using var content = Open(sandbox, hash, image);
            var length = content.Length;
            await client.PutObjectAsync(hash, content, length, stop);
            Interlocked.Increment(ref sent);
            Interlocked.Add(ref bytes, length);
            lock (progress)
                progress.Count(() => $"sending {sandbox.Manifest.Ref}: {sent} of {missing.Count} objects, {Sizes.Of(bytes)}");
        });
        return new(sent, bytes, all.Length);
    }

    private static Stream Open(LocalSandbox sandbox, ObjectHash hash, byte[] image) =>
        hash == sandbox.Manifest.Image ? new MemoryStream(image, writable: false)
        : sandbox.Objects.Open(hash) ?? throw new StoreException($"cannot push {sandbox.Path}: object {hash} is missing; build it again");
}
