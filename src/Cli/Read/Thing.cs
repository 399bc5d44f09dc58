using G8os.Client;

namespace G8os.Cli.Read;

/// <summary>A thing as it is typed: <c>node/NAME</c> or <c>app/NAME</c>.</summary>
internal readonly record struct Thing(string Type, string Name)
{
    public const string Node = "node";
    public const string App = "app";
    public const string Form = "node/NAME or app/NAME";

    public bool IsApp => Type == App;

    /// <exception cref="ClientException">It is of no type that is known, or names nothing.</exception>
    public static Thing Of(string typed)
    {
        var slash = typed.IndexOf('/', StringComparison.Ordinal);
        var (type, name) = slash < 0 ? (Node, typed) : (typed[..slash], typed[(slash + 1)..]);
        if (type is not (Node or App))
            throw new ClientException($"cannot look at \"{typed}\": \"{type}\" is not a type", $"it wants {Form}", ExitCode.Usage);
        return name.Length > 0 ? new(type, name) : throw new ClientException($"cannot look at \"{typed}\": it names nothing", $"it wants {Form}", ExitCode.Usage);
    }

    public override string ToString() => $"{Type}/{Name}";
}
