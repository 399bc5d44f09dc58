using G8os.Client;
using G8os.Lab.Control;

namespace G8os.Cli;

/// <summary>A lab's grid as a context of the operator: made when the lab is up, forgotten when it is down.</summary>
internal static class LabContexts
{
    /// <summary>Proves the lab's grid as any other, saves it under the lab's name, and uses it from now on.</summary>
    public static async Task SaveAsync(Surroundings here, LabLogin login)
    {
        var store = ContextStore.Of(here.Variable);
        var context = await GridLogin.ProveAsync(store, login.Url, login.Pin, login.Token, here.Interrupts.Token);
        await store.UpdateAsync(file => file.With(context with { Name = login.Name, Reach = login.Reach }), here.Interrupts.Token);
    }

    public static Task ForgetAsync(Surroundings here, string lab) =>
        ContextStore.Of(here.Variable).UpdateAsync(file => file.Without(lab), CancellationToken.None);
}
