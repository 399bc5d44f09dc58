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
        context = context with { Name = login.Name, Reach = login.Reach };
        await store.UpdateAsync(file => file.With(context), here.Interrupts.Token);
        await GitSetup.KnowAsync(here, store, context);
    }

    public static async Task ForgetAsync(Surroundings here, string lab)
    {
        var store = ContextStore.Of(here.Variable);
        if (store.Read().Find(lab) is { } context)
            await GitSetup.ForgetAsync(here, store, context);
        await store.UpdateAsync(file => file.Without(lab), CancellationToken.None);
    }
}
