using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using Xunit;

namespace G8os.Sim.Tests;

/// <summary>A new event or effect cannot be forgotten here.</summary>
public sealed class EventTests
{
    [Fact]
    public void Every_event_of_the_boot_is_simulated()
    {
        foreach (var type in typeof(Event).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType))
            Assert.InRange(EventKind.Of((Event)RuntimeHelpers.GetUninitializedObject(type)), 0, EventKind.Names.Length - 1);
    }

    [Fact]
    public void Every_event_of_the_boot_is_in_its_journal()
    {
        var listed = typeof(Event).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType).ToHashSet();
        foreach (var type in typeof(Event).Assembly.GetTypes().Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(BootEvent)) || type.IsSubclassOf(typeof(NetworkEvent)))))
            Assert.True(type == typeof(NetworkStarted) || listed.Contains(type), $"{type.Name} has no [JsonDerivedType] on Event: the journal cannot hold it");
    }
}
