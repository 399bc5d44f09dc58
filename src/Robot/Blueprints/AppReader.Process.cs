using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Toml;
using G8os.Robot.Yaml;

namespace G8os.Robot.Blueprints;

// process and health.
internal static partial class AppReader
{
    private const int MaxPort = 65_535;
    private const string PortWords = "a port, 1 to 65535";

    private static ProcessBlueprint? Process(Fields app, IReadOnlyCollection<string> aliases)
    {
        if (!app.HasLater)
            app.Require("process", "process: { exec: /usr/bin/hello }");
        if (app.Map("process", "a map, like { exec: /usr/bin/hello }") is not { } process)
            return null;
        process.Require("exec", "exec: /usr/bin/hello");
        var exec = process.Text("exec", Kinds.Path, text => Kinds.IsPath(text) && text != "/");
        var args = process.Texts("args", "text", AysLimits.MaxArgs).Select(said => Template.Read(said, aliases, app.Errors)).ToArray();
        var env = new List<(string, Template)>();
        foreach (var (name, value) in process.Pairs("env", "a map of variables, like { PORT: 8080 }", AysLimits.MaxEnv))
        {
            if (!Kinds.VariablePattern().IsMatch(name.Text))
                app.Errors.Add(name.Place, $"{process.Name("env")}: expected {Kinds.Variable}; found {Words.Quote(name.Text)}");
            env.Add((name.Text, Template.Read(value, aliases, app.Errors)));
        }
        var user = process.Text("user", Kinds.User, text => Kinds.UserPattern().IsMatch(text));
        var directory = process.Text("directory", Kinds.Path, Kinds.IsPath);
        process.End();
        return exec is { } path ? new(path.Text, args, env) { User = user?.Text, Directory = directory?.Text } : null;
    }

    private static Values<HealthCheck> Health(Fields app, IReadOnlyList<(int Port, Place Place)> ports)
    {
        var checks = new List<HealthCheck>();
        foreach (var check in app.Maps("health", "health checks", "a map, like { http: { path: / }, every: 10s }", AysLimits.MaxHealth))
        {
            if (check.Has("http") == check.Has("tcp"))
                app.Errors.Add(check.Place, $"{check.Title}: expected one of http and tcp; found {(check.Has("http") ? "both" : "neither")}");
            var (http, tcp) = (check.Map("http", "a map, like { port: 8080, path: / }"), check.Map("tcp", "a map, like { port: 5432 }"));
            var path = http?.Text("path", "a path, like /ready", text => text.StartsWith('/') && !text.AsSpan().ContainsAnyExceptInRange('!', '~'));
            var port = (http ?? tcp) is { } asked ? HealthPort(asked, ports, app.Has("ports")) : 0;
            var read = new HealthCheck { Kind = http is null ? "tcp" : "http", Port = port };
            read.Path = path?.Text ?? read.Path;
            read.Every = check.Duration("every", 100, 86_400_000) ?? read.Every;
            read.Timeout = check.Duration("timeout", 10, 600_000) ?? read.Timeout;
            read.Down = check.Integer("down", 1, 100) ?? read.Down;
            http?.End();
            tcp?.End();
            check.End();
            checks.Add(read);
        }
        return checks.ToValues();
    }

    /// <summary>The port that is said, which is one of the app's when it says its ports; else its only one.</summary>
    private static int HealthPort(Fields asked, IReadOnlyList<(int Port, Place Place)> ports, bool saysPorts)
    {
        if (asked.Integer("port", 1, MaxPort) is { } port)
        {
            if (ports.Count > 0 && !ports.Any(own => own.Port == port))
                asked.Errors.Add(asked.PlaceOfValue("port"), $"{asked.Name("port")}: {port} is not one of the app's ports ({string.Join(", ", ports.Select(own => own.Port))})");
            return port;
        }
        if (ports.Count == 1)
            return ports[0].Port;
        // Ports that were not readable are told where they are.
        if (!asked.Has("port") && (ports.Count > 0 || !saysPorts))
            asked.Errors.Add(asked.Place, $"{asked.Title} needs \"port\", for example port: 8080; only an app with exactly one port can leave it out, this one has {(ports.Count == 0 ? "none" : $"{ports.Count}")}");
        return 0;
    }
}
