using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store.Erofs;
using G8os.Store.Tree;
using Xunit;

namespace G8os.Controller.Tests;

/// <summary>Sandboxes in the real controller: objects, publishing, what nodes may read, clean-up.</summary>
public sealed class SandboxTests(SharedController shared) : IClassFixture<SharedController>
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;

    /// <summary>A sandbox of one file.</summary>
    private static (SandboxManifest Manifest, byte[] Image, byte[] Object) Make(string name, string version, string content)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        var root = new TreeInode(FileKind.Directory) { Mode = 0x1ed };
        root.Children.Add(new("file"u8), new TreeInode(FileKind.Regular) { Mode = 0x1a4, Size = bytes.Length, Object = ObjectHash.Of(bytes) });
        var image = ErofsWriter.Write(root);
        return (new() { Name = name, Version = version, Image = ObjectHash.Of(image), ImageSize = image.Length, Entries = 2, Files = 1, Objects = 1, Bytes = bytes.Length }, image, bytes);
    }

    private async Task<HttpStatusCode> Put(ObjectHash hash, byte[] content)
    {
        using var answer = await admin.Http.PutAsync($"/v1/objects/{hash}", new ByteArrayContent(content));
        return answer.StatusCode;
    }

    private async Task<SandboxView> Publish((SandboxManifest Manifest, byte[] Image, byte[] Object) made)
    {
        Assert.Equal(HttpStatusCode.NoContent, await Put(made.Manifest.Image, made.Image));
        Assert.Equal(HttpStatusCode.NoContent, await Put(ObjectHash.Of(made.Object), made.Object));
        return await admin.Post(Routes.Sandboxes, made.Manifest, WireJson.Default.SandboxManifest, WireJson.Default.SandboxView);
    }

    [Fact]
    public async Task An_object_is_taken_when_it_hashes_to_its_name_and_served_for_ever()
    {
        var hash = ObjectHash.Of(Content);
        var absent = ObjectHash.Of("never sent"u8);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", $"/v1/objects/{absent}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, await Put(absent, Content));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", $"/v1/objects/{absent}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, await Put(hash, Content));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Refused("GET", "/v1/objects/abc")).Status);
        using var whole = await admin.Http.GetAsync($"/v1/objects/{hash}");
        Assert.Equal(Content, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal($"\"{hash}\"", whole.Headers.ETag!.Tag);
        Assert.Contains("immutable", whole.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var head = await admin.Http.SendAsync(new(HttpMethod.Head, $"/v1/objects/{hash}"));
        Assert.Equal((HttpStatusCode.OK, Content.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/v1/objects/{hash}") { Headers = { IfNoneMatch = { whole.Headers.ETag } } };
        using var unchanged = await admin.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=1000-1999", 206, 1000, 1000)]
    [InlineData("bytes=299999-", 206, 299_999, 1)]
    [InlineData("bytes=299990-999999", 206, 299_990, 10)]
    [InlineData("bytes=-10", 206, 299_990, 10)]
    [InlineData("bytes=-999999", 200, 0, 300_000)]
    [InlineData("bytes=0-1,5-6", 200, 0, 300_000)]
    [InlineData("bytes=300000-", 416, 0, -1)]
    [InlineData("bytes=-0", 416, 0, -1)]
    public async Task Ranges_are_as_in_RFC_9110(string range, int status, int from, int count)
    {
        var hash = ObjectHash.Of(Content);
        await Put(hash, Content);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/objects/{hash}") { Headers = { Range = RangeHeaderValue.Parse(range) } };
        using var answer = await admin.Http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        if (count >= 0)
            Assert.Equal(Content[from..(from + count)], await answer.Content.ReadAsByteArrayAsync());
        if (status == 206)
            Assert.Equal($"bytes {from}-{from + count - 1}/{Content.Length}", answer.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task What_is_published_is_signed_by_a_publisher_of_the_grid()
    {
        var made = Make("signed", "1.0", "signed content");
        var view = await Publish(made);
        using var node = new TestNode(controller);
        await node.Ping();
        Assert.Equal(new SandboxAccepted(made.Manifest, view.Publisher), SandboxJudge.Judge(view.Signed, made.Manifest.Ref, node.Grid!));
        var shown = await admin.Get("/v1/sandboxes/signed/1.0", WireJson.Default.SandboxView);
        Assert.Equal(JsonSerializer.Serialize(view, WireJson.Default.SandboxView), JsonSerializer.Serialize(shown, WireJson.Default.SandboxView));
        Assert.Contains((await admin.Audit()), line => line is { What: "sandbox.published", Subject: "signed@1.0" });
        // The same again changes nothing; another tree under the name is refused.
        Assert.Equal(view.Pushed, (await Publish(made)).Pushed);
        var other = Make("signed", "1.0", "other content");
        await Put(other.Manifest.Image, other.Image);
        Assert.Equal((HttpStatusCode.Conflict, "published"), await Refused(other.Manifest));
    }

    [Fact]
    public async Task What_is_not_whole_is_not_published()
    {
        var made = Make("partial", "1.0", "partial content");
        Assert.Equal((HttpStatusCode.Conflict, "missing-objects"), await Refused(made.Manifest));
        await Put(made.Manifest.Image, made.Image);
        var (status, problem) = await admin.Refused("POST", Routes.Sandboxes, JsonSerializer.Serialize(made.Manifest, WireJson.Default.SandboxManifest));
        Assert.Equal((HttpStatusCode.Conflict, "cannot publish partial@1.0: 1 of its 1 objects were not sent"), (status, problem.Message));
        await Put(ObjectHash.Of(made.Object), made.Object);
        Assert.Equal((HttpStatusCode.Conflict, "bad-sandbox"), await Refused(made.Manifest with { Bytes = 3 }));
        Assert.Equal((HttpStatusCode.Conflict, "bad-sandbox"), await Refused(made.Manifest with { ImageSize = 8192 }));
        Assert.Equal((HttpStatusCode.BadRequest, "bad-sandbox"), await Refused(made.Manifest with { Name = "../partial" }));
        var rubbish = new byte[4096];
        await Put(ObjectHash.Of(rubbish), rubbish);
        Assert.Equal((HttpStatusCode.Conflict, "bad-sandbox"), await Refused(made.Manifest with { Image = ObjectHash.Of(rubbish), ImageSize = 4096 }));
        Assert.DoesNotContain(await admin.Get(Routes.Sandboxes, WireJson.Default.ValuesSandboxView), sandbox => sandbox.Name == "partial");
    }

    private async Task<(HttpStatusCode, string)> Refused(SandboxManifest manifest)
    {
        var (status, problem) = await admin.Refused("POST", Routes.Sandboxes, JsonSerializer.Serialize(manifest, WireJson.Default.SandboxManifest));
        return (status, problem.Code);
    }

    [Fact]
    public async Task A_node_reads_objects_sandboxes_and_nodes_with_its_certificate_and_nothing_else()
    {
        var made = Make("for-nodes", "1.0", "content for nodes");
        await Publish(made);
        using var node = new TestNode(controller);
        await node.Join(admin, "reader-01");
        using var http = Session(node.Certificate!);
        Assert.Equal(made.Object, await http.GetByteArrayAsync($"/v1/objects/{ObjectHash.Of(made.Object)}"));
        Assert.Contains("\"reader-01\"", await http.GetStringAsync(Routes.Nodes), StringComparison.Ordinal);
        Assert.Contains("\"payload\"", await http.GetStringAsync("/v1/sandboxes/for-nodes/1.0"), StringComparison.Ordinal);
        foreach (var (method, path) in new[] { ("PUT", $"/v1/objects/{ObjectHash.Of(Content)}"), ("POST", Routes.Sandboxes), ("DELETE", "/v1/sandboxes/for-nodes/1.0"), ("GET", Routes.Tokens), ("POST", Routes.Jobs) })
        {
            using var refused = await http.SendAsync(new(new HttpMethod(method), path));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }
        // A node that was removed reads nothing any more, on the connection it has.
        await admin.Remove("reader-01");
        using var removed = await http.GetAsync($"/v1/objects/{ObjectHash.Of(made.Object)}");
        Assert.Equal(HttpStatusCode.Forbidden, removed.StatusCode);
        using var stranger = Session(null);
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(Routes.Nodes));
        // And not with a node's certificate alone on the operators' port.
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", "/v1/nothing")).Status);
    }

    /// <summary>HTTP/1.1 on the session port, as g8os-fs and js speak.</summary>
    private HttpClient Session(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, given, _, _) => given is not null } };
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        return new(handler) { BaseAddress = new Uri($"https://127.0.0.1:{controller.Session}"), Timeout = ControllerProcess.Patience };
    }

    [Fact]
    public async Task Clean_up_takes_what_no_sandbox_has_and_leaves_what_is_being_pushed()
    {
        var made = Make("kept", "1.0", "kept content");
        await Publish(made);
        byte[] old = [1, 2, 3], young = [4, 5, 6], asked = [7, 8, 9];
        foreach (var content in (byte[][])[old, young, asked])
            await Put(ObjectHash.Of(content), content);
        foreach (var aged in (byte[][])[old, asked, made.Object, made.Image])
            File.SetLastWriteTimeUtc(FileOf(ObjectHash.Of(aged)), DateTime.UtcNow - TimeSpan.FromDays(2));
        var unknown = ObjectHash.Of("unknown"u8);
        Assert.Equal([unknown], await admin.Post(Routes.ObjectsMissing, [ObjectHash.Of(asked), unknown], WireJson.Default.ValuesObjectHash, WireJson.Default.ValuesObjectHash));
        var result = await admin.Post(Routes.SandboxGc, [], WireJson.Default.ValuesString, WireJson.Default.GcResult);
        Assert.True(result.Objects >= 1 && result.Kept >= 2, result.ToString());
        Assert.False(File.Exists(FileOf(ObjectHash.Of(old))));
        Assert.All((byte[][])[young, asked, made.Object, made.Image], content => Assert.True(File.Exists(FileOf(ObjectHash.Of(content)))));
        // Taken back, its objects go too.
        using (var removed = await admin.Http.DeleteAsync("/v1/sandboxes/kept/1.0"))
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("DELETE", "/v1/sandboxes/kept/1.0")).Status);
        await admin.Post(Routes.SandboxGc, [], WireJson.Default.ValuesString, WireJson.Default.GcResult);
        Assert.False(File.Exists(FileOf(ObjectHash.Of(made.Object))));
    }

    [Fact]
    public async Task Damage_in_the_store_is_found()
    {
        var made = Make("damaged", "1.0", "damaged content");
        await Publish(made);
        Assert.Empty(await Verify());
        File.WriteAllText(FileOf(ObjectHash.Of(made.Object)), "Damaged content");
        Assert.Equal([$"object {ObjectHash.Of(made.Object)} is damaged"], await Verify());
        File.Delete(FileOf(ObjectHash.Of(made.Object)));
        Assert.Equal([$"object {ObjectHash.Of(made.Object)} is missing"], await Verify());
        await Put(ObjectHash.Of(made.Object), made.Object);
        Assert.Empty(await Verify());

        Task<Values<string>> Verify() => admin.Post("/v1/sandboxes/damaged/1.0/verify", [], WireJson.Default.ValuesString, WireJson.Default.ValuesString);
    }

    private string FileOf(ObjectHash hash) => Path.Combine(controller.Data, "objects", hash.Path);

    /// <summary>A grid from before sandboxes gets its publisher at the next start, in a next version that its chain vouches for.</summary>
    [Fact]
    public async Task An_older_grid_gets_a_publisher_at_its_next_start()
    {
        var data = ControllerProcess.NewData();
        try
        {
            await using (var first = await ControllerProcess.Start(data))
                await first.Stop();
            File.Delete(Path.Combine(data, "keys", "publisher.pem"));
            await using var second = await ControllerProcess.Start(data);
            using var node = new TestNode(second);
            await node.Ping();
            Assert.Equal((2, 2), (node.Grid!.Version, node.Grid.SandboxPublishers.Count));
            await second.Stop();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
