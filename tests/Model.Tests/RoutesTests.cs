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
        // Where git's own paths begin is no route.
        Assert.Equal(paths.Except([Routes.Git, Routes.Repository]).Order(), Routes.All.Select(route => route.Path).Distinct().Order());
    }

    [Fact]
    public void RowsAreWellFormed()
    {
        foreach (var route in Routes.All)
        {
            Assert.True(route.Method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE", route.Method);
            Assert.Matches("^(/v1(/[a-z]+|/\\{[a-z]+\\})+|/openapi/v1\\.json|/git/ays\\.git(/[a-z-]+)+)$", route.Path);
            Assert.EndsWith(".", route.Summary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OnlyTheFiveNodePathsAreOpenToAnyone() =>
        Assert.Equal(
            [Routes.Grid, Routes.Ping, Routes.Enroll, Routes.Unlock, Routes.Certificate],
            Routes.All.Where(route => route.Access == Access.Node).Select(route => route.Path));

    /// <summary>Questions that do not fit into a URL.</summary>
    private static readonly string[] OnlyAsks = [Routes.AysPlan, Routes.GitFetch];

    [Fact]
    public void WhatChangesTheGridNeedsMoreThanAViewer() =>
        Assert.All(
            Routes.All.Where(route => route.Method is not ("GET" or "HEAD") && route.Access != Access.Node && !OnlyAsks.Contains(route.Path)),
            route => Assert.NotEqual(Access.Viewer, route.Access));

    [Fact]
    public void NodesReadAndChangeNothing() =>
        Assert.All(Routes.All.Where(route => route.ForNodes), route => Assert.True(route is { Method: "GET" or "HEAD", Access: Access.Viewer }, route.Path));

    private static string Shape(string path) => Regex.Replace(path, "\\{[a-z]+\\}", "{}");
}
