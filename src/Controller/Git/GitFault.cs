namespace G8os.Controller.Git;

/// <summary>Git did not do what it was asked: a sentence with git's own last words.</summary>
internal sealed class GitFault(string message) : Exception(message);
