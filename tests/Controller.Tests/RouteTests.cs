using System.Net;
using G8os.Model.Wire;
using Microsoft.AspNetCore.Routing;
using Xunit;
using Route = G8os.Model.Wire.Route;

namespace G8os.Controller.Tests;

/// <summary>The route table is the authorisation: nothing else is mapped, and each row is guarded as it says.</summary>
public sealed class RouteTests(SharedController shared) : IClassFixture<SharedController>, IAsyncLifetime
{
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;

    /// <summary>The test before may have used up what an address may ask with wrong tokens.</summary>
    public Task InitializeAsync() => Fresh();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Mapped_routes_are_the_tables_rows()
    {
        var data = ControllerProcess.NewData();
        await using (var app = await ControllerApp.Build(new ControllerOptions { Data = data }))
        {
            var endpoints = ((IEndpointRouteBuilder)app.Web).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();
            var http = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Http.SessionOnly>() is null).ToArray();
            var mapped = http.Select(endpoint => (
                Assert.Single(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods), endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<Route>()));
            Assert.Equal(
                Routes.All.Select(row => (row.Method, row.Path, (Route?)row)).OrderBy(row => row.Path).ThenBy(row => row.Method),
                mapped.OrderBy(row => row.Item2).ThenBy(row => row.Item1));
            var sessions = endpoints.Except(http).Select(endpoint => endpoint.RoutePattern.RawText).ToArray();
            Assert.All(sessions, path => Assert.DoesNotContain("/v1/", path, StringComparison.Ordinal));
        }
        Directory.Delete(data, recursive: true);
    }

    public static TheoryData<string, string> OperatorRoutes()
    {
        var data = new TheoryData<string, string>();
        foreach (var route in Routes.All.Where(route => route.Access != Access.Node))
            data.Add(route.Method, route.Path.Replace("{node}", "x", StringComparison.Ordinal).Replace("{job}", "x", StringComparison.Ordinal).Replace("{token}", "x", StringComparison.Ordinal));
        return data;
    }

    [Theory]
    [MemberData(nameof(OperatorRoutes))]
    public async Task An_operator_route_takes_a_token_and_the_api_port(string method, string path)
    {
        foreach (var token in new[] { null, "op-00000000-00", admin.Token[..^1] + (admin.Token[^1] == '0' ? '1' : '0') })
        {
            using var client = await OperatorClient.SignIn(await Fresh(), token ?? "");
            if (token is null)
                client.Http.DefaultRequestHeaders.Authorization = null;
            // HEAD has no body to say why.
            using var head = method == "HEAD" ? await client.Http.SendAsync(new(HttpMethod.Head, path)) : null;
            Assert.Equal(HttpStatusCode.Unauthorized, head?.StatusCode ?? (await client.Refused(method, path)).Status);
        }
        using var plain = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{controller.Plain}") };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new("Bearer", admin.Token);
        using var response = await plain.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task The_session_port_serves_sessions_and_what_the_table_gives_to_nodes()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "port-01");
        using var handler = new SocketsHttpHandler { SslOptions = { ClientCertificates = [node.Certificate!], RemoteCertificateValidationCallback = (_, given, _, _) => given is not null } };
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        foreach (var path in new[] { Routes.Status, Routes.Ping + "?nonce=abc", "/" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{controller.Session}{path}") { Version = HttpVersion.Version20 };
            request.Headers.Authorization = new("Bearer", admin.Token);
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
        // And sessions are not on the other ports.
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("POST", "/g8os.v1.NodeSession/Connect")).Status);
    }

    [Fact]
    public async Task Problems_say_what_and_what_to_do()
    {
        var (status, problem) = await admin.Refused("GET", "/v1/nodes/nobody");
        Assert.Equal((HttpStatusCode.NotFound, "no-node"), (status, problem.Code));
        Assert.NotEmpty(problem.Remedy);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", "/v1/nothing")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Refused("GET", "/v1/jobs/nothing")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Refused("GET", "/v1/nodes?labels=x")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Refused("GET", "/v1/audit?limit=-1")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Refused("POST", "/v1/tokens", """{"uses":0}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.Refused("POST", "/v1/tokens", """{"nodeName":"Bad_Name"}""")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await admin.Refused("POST", "/v1/tokens", new string(' ', 100_000))).Status);
    }

    [Fact]
    public async Task The_openapi_document_names_every_route()
    {
        var document = await admin.Http.GetStringAsync(Routes.OpenApi);
        using var json = System.Text.Json.JsonDocument.Parse(document);
        var paths = json.RootElement.GetProperty("paths");
        foreach (var route in Routes.All)
            Assert.True(paths.GetProperty(route.Path).TryGetProperty(route.Method.ToLowerInvariant(), out _));
        Assert.True(json.RootElement.GetProperty("components").GetProperty("schemas").TryGetProperty("JobRequest", out _));
    }

    // Wrong tokens are rate-limited by address: this class asks from one address more often than people do, slowly enough.
    private async Task<ControllerProcess> Fresh()
    {
        await Eventually.Holds(async () =>
        {
            using var response = await admin.Http.GetAsync(Routes.WhoAmI);
            return response.StatusCode == HttpStatusCode.OK;
        });
        return controller;
    }
}
