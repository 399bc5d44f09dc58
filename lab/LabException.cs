using G8os.Lab.Control;

namespace G8os.Lab;

/// <summary>Something of the lab that cannot be done: "cannot &lt;verb&gt; &lt;object&gt;: &lt;reason&gt;".</summary>
public sealed class LabException(string message, LabErrorKind kind = LabErrorKind.Failed, Exception? cause = null) : Exception(message, cause)
{
    public LabErrorKind Kind { get; } = kind;
}
