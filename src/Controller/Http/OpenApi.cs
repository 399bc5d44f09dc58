using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using G8os.Model.Wire;

namespace G8os.Controller.Http;

/// <summary>The OpenAPI 3.1 document, made from the route table and the wire's own types, so that it cannot say anything else than they do.</summary>
internal static class OpenApi
{
    public static byte[] Document(IReadOnlyDictionary<G8os.Model.Wire.Route, Shape> shapes)
    {
        var schemas = new JsonObject();
        var paths = new JsonObject();
        foreach (var (route, shape) in shapes)
        {
            if (paths[route.Path] is not JsonObject path)
                paths[route.Path] = path = [];
            path[route.Method.ToLowerInvariant()] = Operation(route, shape, schemas);
        }
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "g8os controller", ["version"] = CommandLine.Version },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
        };
        return System.Text.Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private static JsonObject Operation(G8os.Model.Wire.Route route, Shape shape, JsonObject schemas)
    {
        var operation = new JsonObject
        {
            ["summary"] = route.Summary,
            ["description"] = route.Access == Access.Node ? "Open to nodes: signatures prove both sides." : $"Takes a token with the role {route.Access}.",
            ["responses"] = new JsonObject
            {
                ["2XX"] = Content("The answer.", shape.Answer, shape.Stream ? "text/event-stream" : "application/json", schemas),
                ["default"] = Content("What went wrong and what to do.", WireJson.Default.Problem, "application/json", schemas),
            },
        };
        var parameters = new JsonArray([.. route.Path.Split('/').Where(part => part.StartsWith('{')).Select(part => new JsonObject
        {
            ["name"] = part.Trim('{', '}'),
            ["in"] = "path",
            ["required"] = true,
            ["schema"] = new JsonObject { ["type"] = "string" },
        })]);
        if (parameters.Count > 0)
            operation["parameters"] = parameters;
        if (shape.Request is not null)
            operation["requestBody"] = Content("The request.", shape.Request, "application/json", schemas);
        if (route.Access != Access.Node)
            operation["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() });
        return operation;
    }

    private static JsonObject Content(string description, JsonTypeInfo? type, string media, JsonObject schemas)
    {
        var content = new JsonObject { ["description"] = description };
        if (type is null)
            return content;
        var name = string.Concat(type.Type.GenericTypeArguments.Select(argument => argument.Name)) + type.Type.Name.Split('`')[0];
        if (!schemas.ContainsKey(name))
            schemas[name] = JsonSchemaExporter.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        content["content"] = new JsonObject { [media] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" } } };
        return content;
    }
}
