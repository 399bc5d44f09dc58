using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Model.Tests;

/// <summary>Every record of the wire goes through JSON and back without a loss.</summary>
public sealed class WireTests
{
    public static TheoryData<string> Types => new(OnTheWire.Keys.Order(StringComparer.Ordinal));

    private static readonly Type[] NeverSent = [typeof(Route)];

    private static readonly Dictionary<string, Type> OnTheWire = typeof(WireJson).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
        .ToDictionary(type => type.IsGenericType ? $"list of {type.GenericTypeArguments[0].Name}" : type.Name);

    [Theory]
    [MemberData(nameof(Types))]
    public void NothingIsLostInJson(string name)
    {
        var info = WireJson.Default.GetTypeInfo(OnTheWire[name])!;
        var json = JsonSerializer.Serialize(Sample(OnTheWire[name], 0), info);
        var back = JsonSerializer.Deserialize(json, info);
        Assert.Equal(json, JsonSerializer.Serialize(back, info));
        AssertHasAllMembers(OnTheWire[name], JsonNode.Parse(json)!);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void UnknownMembersAreIgnored(string name)
    {
        var type = OnTheWire[name];
        if (type.IsGenericType)
            return;
        var info = WireJson.Default.GetTypeInfo(type)!;
        var json = JsonSerializer.Serialize(Sample(type, 0), info);
        var newer = JsonNode.Parse(json)!;
        newer["fromTheFuture"] = new JsonObject { ["deep"] = 1 };
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(newer.ToJsonString(), info), info));
    }

    [Fact]
    public void EveryRecordOfTheWireIsKnownToTheContext()
    {
        var missing = typeof(WireJson).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(WireJson).Namespace && type.GetMethod("<Clone>$") is not null && !NeverSent.Contains(type))
            .Where(type => WireJson.Default.GetTypeInfo(type) is null);
        Assert.Empty(missing);
    }

    [Fact]
    public void EnumsAreWordsAndNullsAreLeftOut()
    {
        var answer = new EnrollAnswer { Standing = Standing.Pending, Challenge = "c" };
        Assert.Equal("""{"standing":"Pending","name":"","reason":"","challenge":"c"}""", JsonSerializer.Serialize(answer, WireJson.Default.EnrollAnswer));
        Assert.DoesNotContain("data", JsonSerializer.Serialize(new JobEvent { Node = "n" }, WireJson.Default.JobEvent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"standing":"Pending"}""")]
    [InlineData("""{"standing":"Nonsense","challenge":"c"}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public void WhatIsRequiredIsRequired(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, WireJson.Default.EnrollAnswer));

    /// <summary>A value of a type with every member set, none to its default.</summary>
    private static object Sample(Type type, int depth)
    {
        Assert.True(depth < 10, $"{type} holds itself");
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Sample(inner, depth);
        if (type == typeof(string))
            return "text \"ü\" \u2028";
        if (type == typeof(bool))
            return true;
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return Convert.ChangeType(7, type, null);
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);
        if (type == typeof(ObjectHash))
            return ObjectHash.Of("object"u8);
        if (type.IsEnum)
            return type.GetEnumValues().GetValue(1)!;
        if (type == typeof(SortedDictionary<string, string>))
            return new SortedDictionary<string, string> { ["site"] = "gent", ["b"] = "" };
        if (type == typeof(SortedDictionary<string, int>))
            return new SortedDictionary<string, int> { ["online"] = 7 };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Values<>))
            return SampleList(type, depth);
        return SampleRecord(type, depth);
    }

    private static object SampleList(Type type, int depth)
    {
        var list = Activator.CreateInstance(type)!;
        var add = typeof(ICollection<>).MakeGenericType(type.GenericTypeArguments[0]).GetMethod("Add")!;
        for (var i = 0; i < 5; i++)
            add.Invoke(list, [Sample(type.GenericTypeArguments[0], depth + 1)]);
        return list;
    }

    private static object SampleRecord(Type type, int depth)
    {
        var constructor = type.GetConstructors().OrderBy(candidate => candidate.GetParameters().Length).First();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType, depth + 1))]);
        foreach (var property in Members(type).Where(property => property.CanWrite))
            property.SetValue(made, Sample(property.PropertyType, depth + 1));
        return made;
    }

    private static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);

    private static void AssertHasAllMembers(Type type, JsonNode node)
    {
        if (node is JsonArray array)
        {
            Assert.Equal(5, array.Count);
            AssertHasAllMembers(type.GenericTypeArguments[0], array[0]!);
            return;
        }
        if (node is not JsonObject)
            return;
        foreach (var property in type.Namespace == typeof(WireJson).Namespace ? Members(type) : [])
        {
            var member = node[JsonNamingPolicy.CamelCase.ConvertName(property.Name)];
            Assert.True(member is not null, $"{type.Name}.{property.Name} is not in the JSON");
            AssertHasAllMembers(property.PropertyType, member);
        }
    }
}
