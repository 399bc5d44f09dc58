namespace G8os.Store;

/// <summary>Something of the store is not as it must be. The message reads "cannot &lt;verb&gt; &lt;object&gt;: &lt;reason&gt;".</summary>
public sealed class StoreException(string message) : Exception(message);
