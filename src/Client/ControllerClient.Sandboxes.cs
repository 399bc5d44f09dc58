using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Client;

public sealed partial class ControllerClient
{
    /// <summary>Hashes in one question.</summary>
    private const int MaxAsked = 10_000;

    /// <summary>Every version of every sandbox, the newest of a name last.</summary>
    public Task<Values<SandboxView>> SandboxesAsync(CancellationToken cancel) => connection.GetAsync(Routes.Sandboxes, WireJson.Default.ValuesSandboxView, cancel);

    /// <summary>One version, with its signed manifest.</summary>
    public Task<SandboxView> SandboxAsync(SandboxRef sandbox, CancellationToken cancel) =>
        connection.GetAsync(Of(Routes.Sandbox, sandbox), WireJson.Default.SandboxView, cancel);

    /// <summary>Publishes a sandbox whose image and objects were sent.</summary>
    public Task<SandboxView> PublishAsync(SandboxManifest manifest, CancellationToken cancel) =>
        connection.PostAsync(Routes.Sandboxes, manifest, WireJson.Default.SandboxManifest, WireJson.Default.SandboxView, cancel);

    public Task RemoveSandboxAsync(SandboxRef sandbox, CancellationToken cancel) => connection.DeleteAsync(Of(Routes.Sandbox, sandbox), cancel);

    /// <summary>What is damaged or missing of a sandbox in the store; empty when it is whole.</summary>
    public Task<Values<string>> VerifySandboxAsync(SandboxRef sandbox, CancellationToken cancel) =>
        connection.PostAsync(Of(Routes.SandboxVerify, sandbox), [], WireJson.Default.ValuesString, WireJson.Default.ValuesString, cancel);

    /// <summary>Removes objects that no sandbox has.</summary>
    public Task<GcResult> CleanStoreAsync(CancellationToken cancel) =>
        connection.PostAsync(Routes.SandboxGc, [], WireJson.Default.ValuesString, WireJson.Default.GcResult, cancel);

    /// <summary>Those of these objects that the store lacks.</summary>
    public async Task<IReadOnlyList<ObjectHash>> MissingObjectsAsync(IEnumerable<ObjectHash> objects, CancellationToken cancel)
    {
        var missing = new List<ObjectHash>();
        foreach (var part in objects.Chunk(MaxAsked))
            missing.AddRange(await connection.PostAsync(Routes.ObjectsMissing, part.ToValues(), WireJson.Default.ValuesObjectHash, WireJson.Default.ValuesObjectHash, cancel));
        return missing;
    }

    /// <summary>Sends an object; the controller takes it only if its bytes hash to its name.</summary>
    public Task PutObjectAsync(ObjectHash hash, Stream content, long length, CancellationToken cancel) =>
        connection.PutAsync(Fill(Routes.Object, "hash", hash.ToString()), content, length, cancel);

    private static string Of(string route, SandboxRef sandbox) => Fill(Fill(route, "name", sandbox.Name), "version", sandbox.Version);
}
