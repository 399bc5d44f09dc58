namespace G8os.Client;

/// <summary>Logging in: everything is proved before anything is kept, the grid by its pin, the controller by the grid, the token by the controller.</summary>
public static class GridLogin
{
    /// <summary>A context named after the grid. Nothing is saved. A grid document older than one that <paramref name="store"/> has seen of this pin is refused.</summary>
    /// <exception cref="ClientException">The grid is another one, nobody answers, or the token is not known.</exception>
    public static async Task<ClientContext> ProveAsync(ContextStore store, string url, string pin, string token, CancellationToken cancel)
    {
        var floor = store.Read().Contexts.Where(c => c.Pin == pin).Select(c => c.GridVersion).DefaultIfEmpty(0).Max();
        var grid = await GridTrust.FetchAsync(url, pin, floor, cancel);
        var context = new ClientContext
        {
            Name = grid.Name, Url = url, Pin = pin, Token = token, IssuingCertificate = grid.IssuingCertificate, GridVersion = grid.Version,
        };
        using var client = new ControllerClient(context);
        await client.WhoAmIAsync(cancel);
        return context;
    }
}
