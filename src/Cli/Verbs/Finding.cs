namespace G8os.Cli.Verbs;

/// <summary>One thing the doctor looked at; the remedy is empty when all is well.</summary>
internal sealed record Finding(string Subject, bool Ok, string Found, string Remedy);
