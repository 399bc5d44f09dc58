using Xunit;

namespace G8os.Controller.Tests;

/// <summary>One controller for the tests of a class that do not stop it.</summary>
public sealed class SharedController : IAsyncLifetime
{
    internal ControllerProcess Controller { get; private set; } = null!;
    internal OperatorClient Admin { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Controller = await ControllerProcess.Start();
        Admin = await OperatorClient.SignIn(Controller);
    }

    public async Task DisposeAsync()
    {
        Admin.Dispose();
        await Controller.DisposeAsync();
    }
}
