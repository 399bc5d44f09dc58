using G8os.Bench;

var benches = new Dictionary<string, Func<Task<IReadOnlyList<Figure>>>> { ["boot"] = BootBench.RunAsync, ["robot"] = RobotBench.RunAsync };

if (args.Length != 1 || !benches.TryGetValue(args[0], out var bench))
{
    Console.Error.WriteLine($"usage: bench {string.Join('|', benches.Keys)}");
    return 64;
}
var figures = await bench();
Report.Print(args[0], figures);
Report.Save(args[0], figures);
return 0;
