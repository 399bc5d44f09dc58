using System.Text.Json;
using G8os.Controller.Audit;
using G8os.Controller.Grid;
using G8os.Controller.Http;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store;
using G8os.Store.Erofs;
using G8os.Store.Objects;

namespace G8os.Controller.Sandboxes;

/// <summary>Publishes sandboxes, takes them back, and cleans up behind them: one at a time, so that no clean-up takes what a publication counts on.</summary>
internal sealed class Publisher(Database database, SandboxTable sandboxes, ObjectStore objects, SigningKey key) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Judges what was pushed against its own image and objects, signs it and keeps it. The same again changes nothing.</summary>
    public Task<StoredSandbox> Publish(SandboxManifest manifest, string who) => InTurn(async () =>
    {
        if (sandboxes.Get(manifest.Ref) is { } stored)
            return stored.Manifest == manifest ? stored : throw new ApiFault(
                409, "published", $"cannot publish {manifest.Ref}: another tree was published under this name by {stored.Operator}", "choose another version, or take that one back with g8os sandbox rm");
        if (sandboxes.All.Count >= SandboxLimits.MaxSandboxes)
            throw new ApiFault(429, "too-many", $"cannot publish {manifest.Ref}: there are {SandboxLimits.MaxSandboxes} sandboxes already", "take old versions back with g8os sandbox rm");
        Judge(manifest);
        var payload = JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Default.SandboxManifest);
        var signature = Convert.ToBase64String(key.Sign(SandboxJudge.SignedBytes(payload)));
        var signed = new SignedDocument { Payload = Convert.ToBase64String(payload), Signatures = [new(key.Id, signature)] };
        return await database.Write(tx =>
        {
            AuditLog.Append(tx, who, "sandbox.published", manifest.Ref.ToString(), $"image {manifest.Image}, {manifest.Objects} objects of {manifest.Bytes} bytes");
            return sandboxes.Add(tx, manifest, signed, who);
        });
    });

    public Task Remove(StoredSandbox sandbox, string who) => InTurn(async () =>
    {
        await database.Write(tx =>
        {
            sandboxes.Remove(tx, sandbox);
            AuditLog.Append(tx, who, "sandbox.removed", sandbox.Manifest.Ref.ToString(), $"image {sandbox.Manifest.Image}");
        });
        return true;
    });

    /// <summary>Removes objects that no sandbox has and that nobody asked for lately.</summary>
    public Task<GcResult> Clean(string who) => InTurn(async () =>
    {
        var needed = sandboxes.All.SelectMany(sandbox => ObjectsOf(sandbox.Manifest).Keys).ToHashSet();
        var (result, young) = (new GcResult(0, 0, 0), ControllerClock.Now - SandboxLimits.PushTime);
        foreach (var hash in objects.List().Where(hash => !needed.Contains(hash)))
        {
            if (objects.Used(hash) is not { } used || objects.Length(hash) is not { } length)
                continue;
            if (used > young)
                result = result with { Kept = result.Kept + 1 };
            else if (objects.Delete(hash))
                result = result with { Objects = result.Objects + 1, Bytes = result.Bytes + length };
        }
        await database.Write(tx => AuditLog.Append(tx, who, "sandbox.cleaned", "objects", $"{result.Objects} objects of {result.Bytes} bytes removed, {result.Kept} kept"));
        return result;
    });

    /// <summary>Reads every byte of a sandbox: what is missing or damaged, one sentence each.</summary>
    public IEnumerable<string> Verify(SandboxManifest manifest)
    {
        if (!objects.Verify(manifest.Image))
            return [$"the image {manifest.Image} is missing or damaged"];
        return ObjectsOf(manifest).Keys.Where(hash => !objects.Verify(hash)).Select(hash => objects.Has(hash) ? $"object {hash} is damaged" : $"object {hash} is missing");
    }

    public void Dispose() => turn.Dispose();

    private void Judge(SandboxManifest manifest)
    {
        if (objects.Length(manifest.Image) is not { } size)
            throw Bad(manifest, "missing-objects", "its image was not sent");
        if (size != manifest.ImageSize || size > SandboxLimits.MaxImage)
            throw Bad(manifest, "bad-sandbox", $"its image has {size} bytes; the manifest says {manifest.ImageSize}, and at most {SandboxLimits.MaxImage} are taken");
        var needed = ObjectsOf(manifest);
        needed.Remove(manifest.Image);
        if (needed.Count != manifest.Objects || needed.Values.Sum() != manifest.Bytes)
            throw Bad(manifest, "bad-sandbox", $"its image names {needed.Count} objects of {needed.Values.Sum()} bytes; the manifest says {manifest.Objects} of {manifest.Bytes}");
        var missing = needed.Count(wanted => objects.Length(wanted.Key) != wanted.Value);
        if (missing > 0)
            throw Bad(manifest, "missing-objects", $"{missing} of its {needed.Count} objects were not sent");
    }

    private static ApiFault Bad(SandboxManifest manifest, string code, string why) =>
        new(409, code, $"cannot publish {manifest.Ref}: {why}", "g8os sandbox push sends all of a sandbox");

    /// <summary>Every object of a sandbox, its image among them.</summary>
    private SortedDictionary<ObjectHash, long> ObjectsOf(SandboxManifest manifest)
    {
        using var image = objects.Open(manifest.Image) ?? throw new ApiFault(500, "storage", $"cannot read the image of {manifest.Ref}: it is gone", "push the sandbox again");
        var bytes = new byte[manifest.ImageSize];
        try
        {
            image.ReadExactly(bytes);
            var needed = ErofsReader.Objects(bytes);
            needed[manifest.Image] = manifest.ImageSize;
            return needed;
        }
        catch (Exception fault) when (fault is StoreException or EndOfStreamException)
        {
            throw new ApiFault(409, "bad-sandbox", $"cannot use {manifest.Ref}: {fault.Message}", "build it again");
        }
    }

    private async Task<T> InTurn<T>(Func<Task<T>> work)
    {
        await turn.WaitAsync();
        try
        {
            // Off the thread of the request: it reads much.
            return await Task.Run(work);
        }
        finally
        {
            turn.Release();
        }
    }
}
