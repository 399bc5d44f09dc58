namespace G8os.Controller;

/// <summary>The controller cannot start (or a verb cannot be done): one sentence with the remedy, for stderr, exit code 1.</summary>
internal sealed class StartFault(string message) : Exception(message);
