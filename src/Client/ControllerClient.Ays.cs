using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Client;

public sealed partial class ControllerClient
{
    public Task<AysView> AysAsync(CancellationToken cancel) => connection.GetAsync(Routes.Ays, WireJson.Default.AysView, cancel);

    /// <summary>What main's commit would change, or the files of a checkout.</summary>
    public Task<PlanView> PlanAsync(Values<SourceFile>? files, CancellationToken cancel) =>
        connection.PostAsync(Routes.AysPlan, new PlanRequest { Files = files }, WireJson.Default.PlanRequest, WireJson.Default.PlanView, cancel);

    /// <summary>Puts a plan into effect; without its id the present one.</summary>
    public Task<AysView> ApplyAsync(string? plan, CancellationToken cancel) =>
        connection.PostAsync(Routes.AysApply, new ApplyRequest(plan), WireJson.Default.ApplyRequest, WireJson.Default.AysView, cancel);

    /// <summary>Fetches the followed repository now.</summary>
    public Task<AysView> PullAsync(CancellationToken cancel) =>
        connection.PostAsync(Routes.AysPull, new ApplyRequest(null), WireJson.Default.ApplyRequest, WireJson.Default.AysView, cancel);

    public Task<Values<RunView>> RunsAsync(int limit, CancellationToken cancel) =>
        connection.GetAsync($"{Routes.Runs}?limit={Number(limit)}", WireJson.Default.ValuesRunView, cancel);

    public Task<RunView> RunAsync(string run, CancellationToken cancel) =>
        connection.GetAsync(Fill(Routes.Run, "run", run), WireJson.Default.RunView, cancel);

    public Task<Values<AppView>> AppsAsync(CancellationToken cancel) => connection.GetAsync(Routes.Apps, WireJson.Default.ValuesAppView, cancel);

    public Task<AppExplanation> ExplainAppAsync(string app, CancellationToken cancel) =>
        connection.GetAsync(Fill(Routes.AppExplain, "app", app), WireJson.Default.AppExplanation, cancel);

    public Task<TopView> TopAsync(CancellationToken cancel) => connection.GetAsync(Routes.Top, WireJson.Default.TopView, cancel);

    /// <summary>The log of an app's instances: at most the last <paramref name="lines"/> of each, then new ones as they come when <paramref name="follow"/>.</summary>
    /// <param name="app">An app, or one service.</param>
    /// <param name="lines">How many of the lines that are already there, 0 or more.</param>
    /// <param name="follow">Whether to go on with new lines.</param>
    /// <param name="on">Only the instance on this node; null for all.</param>
    /// <param name="cancel">Ends the stream.</param>
    public IAsyncEnumerable<LogLine> AppLogsAsync(string app, int lines, bool follow, string? on, CancellationToken cancel)
    {
        var query = $"?lines={Number(lines)}&follow={(follow ? "true" : "false")}" + (on is null ? "" : "&on=" + Uri.EscapeDataString(on));
        return connection.StreamAsync(Fill(Routes.AppLogs, "app", app) + query, WireJson.Default.LogLine, cancel);
    }
}
