using G8os.Controller.Http;
using G8os.Controller.Operators;
using G8os.Controller.Robot;
using G8os.Controller.Storage;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Controller.Sandboxes;

/// <summary>The operators' routes about sandboxes, and what nodes may read of them.</summary>
internal sealed class SandboxRoutes(SandboxTable sandboxes, Publisher publisher, Database database)
{
    public Task List(HttpContext context) => Json.Write(context, sandboxes.All.OrderBy(sandbox => sandbox.Manifest.Name, StringComparer.Ordinal).Select(sandbox => sandbox.View()).ToValues(), WireJson.Default.ValuesSandboxView);

    public Task Show(HttpContext context) => Json.Write(context, Find(context).View(signed: true), WireJson.Default.SandboxView);

    public async Task Publish(HttpContext context)
    {
        if (await Json.ReadAll(context, SandboxManifest.MaxBytes) is not { } body || SandboxManifest.Parse(body) is not { } manifest)
            throw new ApiFault(400, "bad-sandbox", "cannot publish the sandbox: it is no sandbox manifest", "g8os sandbox push sends one");
        var stored = await publisher.Publish(manifest, Operator.Of(context).Name);
        await Json.Write(context, stored.View(signed: true), WireJson.Default.SandboxView, 201);
    }

    public async Task Remove(HttpContext context)
    {
        var sandbox = Find(context);
        var users = Users(sandbox.Manifest.Ref.ToString());
        if (users.Count > 0)
            throw new ApiFault(409, "in-use", $"cannot take {sandbox.Manifest.Ref} back: {string.Join(", ", users.Take(5))} {(users.Count == 1 ? "has" : "have")} it", "change the AYS repository first");
        await publisher.Remove(sandbox, Operator.Of(context).Name);
        context.Response.StatusCode = 204;
    }

    public async Task Verify(HttpContext context)
    {
        var sandbox = Find(context);
        await Json.Write(context, (await Task.Run(() => publisher.Verify(sandbox.Manifest).ToValues())), WireJson.Default.ValuesString);
    }

    public async Task Gc(HttpContext context) => await Json.Write(context, await publisher.Clean(Operator.Of(context).Name), WireJson.Default.GcResult);

    /// <summary>The nodes that were told to have it.</summary>
    private List<string> Users(string sandbox) =>
        [.. ManifestRows.Load(database).Where(issued => issued.Issue.Sandboxes.Contains(sandbox) || issued.Issue.Services.Items.Any(service => service.App.Sandbox == sandbox)).Select(issued => issued.Name)];

    private StoredSandbox Find(HttpContext context)
    {
        var wanted = new SandboxRef((string)context.Request.RouteValues["name"]!, (string)context.Request.RouteValues["version"]!);
        return SandboxRef.IsName(wanted.Name) && SandboxRef.IsVersion(wanted.Version) && sandboxes.Get(wanted) is { } found
            ? found
            : throw new ApiFault(404, "no-sandbox", "cannot find the sandbox: there is none of this name and version", "see g8os sandbox ls");
    }
}
