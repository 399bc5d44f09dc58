using System.Text.Json.Serialization.Metadata;
using G8os.Model.Wire;

namespace G8os.Controller.Http;

/// <summary>What a route takes and gives, for the OpenAPI document.</summary>
internal sealed record Shape(JsonTypeInfo? Request, JsonTypeInfo? Answer, bool Stream = false);

/// <summary>Maps handlers to rows of the route table; a handler without a row, or a row without a handler, does not start.</summary>
internal sealed class RouteMap(IEndpointRouteBuilder endpoints)
{
    private readonly Dictionary<G8os.Model.Wire.Route, Shape> shapes = [];

    public IReadOnlyDictionary<G8os.Model.Wire.Route, Shape> Shapes => shapes;

    public void Add(string method, string path, RequestDelegate handler, JsonTypeInfo? answer, JsonTypeInfo? request = null, bool stream = false)
    {
        var route = Routes.All.SingleOrDefault(row => row.Method == method && row.Path == path)
            ?? throw new InvalidOperationException($"internal error: {method} {path} is not in the route table");
        shapes.Add(route, new Shape(request, answer, stream));
        endpoints.MapMethods(path, [method], handler).WithMetadata(route);
    }

    /// <summary>Call when all are added.</summary>
    public void Complete()
    {
        if (Routes.All.FirstOrDefault(row => !shapes.ContainsKey(row)) is { } missing)
            throw new InvalidOperationException($"internal error: {missing.Method} {missing.Path} has no handler");
    }
}
