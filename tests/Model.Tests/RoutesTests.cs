using System.Reflection;
using System.Text.RegularExpressions;
using G8os.Model.Wire;

namespace G8os.Model.Tests;

public sealed class RoutesTests
{
    [Fact]
    public void EachMethodAndPathIsThereOnce() =>
        Assert.Equal(Routes.All.Count, Routes.All.Select(route => (route.Method, Shape(route.Path))).Distinct().Count());

    [Fact]
    public void EachPathOfTheClassHasARow()
    {
        var paths = typeof(Routes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => (string)field.GetRawConstantValue()!).ToArray();
        Assert.NotEmpty(paths);
        Assert.Equal(paths.Order(), Routes.All.Select(route => route.Path).Distinct().Order());
    }

    [Fact]
    public void RowsAreWellFormed()
    {
        foreach (var route in Routes.All)
        {
            Assert.True(route.Method is "GET" or "POST" or "DELETE", route.Method);
            Assert.Matches("^(/v1(/[a-z]+|/\\{[a-z]+\\})+|/openapi/v1\\.json)$", route.Path);
            Assert.EndsWith(".", route.Summary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OnlyTheFiveNodePathsAreOpenToAnyone() =>
        Assert.Equal(
            [Routes.Grid, Routes.Ping, Routes.Enroll, Routes.Unlock, Routes.Certificate],
            Routes.All.Where(route => route.Access == Access.Node).Select(route => route.Path));

    [Fact]
    public void WhatChangesTheGridNeedsMoreThanAViewer() =>
        Assert.All(Routes.All.Where(route => route.Method != "GET" && route.Access != Access.Node), route => Assert.NotEqual(Access.Viewer, route.Access));

    private static string Shape(string path) => Regex.Replace(path, "\\{[a-z]+\\}", "{}");
}
