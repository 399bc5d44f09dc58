namespace G8os.Model.Network;

/// <summary>Reads net.toml. Unknown keys, wrong types and impossible combinations are errors with file, line and column.</summary>
public static partial class NetToml
{
    /// <summary>At most 256 KiB are read; a longer text is an error.</summary>
    public const int MaxLength = 256 * 1024;
}
