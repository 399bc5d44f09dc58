using System.Diagnostics;
using System.Globalization;
using G8os.Fuzz;

const string Usage = """
    usage: dotnet run -c Release --project tests/Fuzz -- [--target NAME] [--seconds N] [--seed S]
           dotnet run -c Release --project tests/Fuzz -- --target NAME --replay FILE
    Without --target all targets run, N seconds each (default 30). Without --seed each run takes another one.
    """;

string? replay = null, name = null;
var seconds = 30;
var seed = Random.Shared.Next();
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--target" when Targets.Find(value) is not null:
            name = value;
            break;
        case "--seconds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seconds):
        case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            break;
        case "--replay" when File.Exists(value):
            replay = value;
            break;
        default:
            Console.Error.WriteLine($"cannot read {string.Join(' ', args[i..])}\n{Usage}\n    targets: {string.Join(' ', Targets.All.Select(target => target.Name))}");
            return 64;
    }
}

if (replay is not null && name is null)
{
    Console.Error.WriteLine($"cannot replay {replay}: say for which target\n{Usage}");
    return 64;
}

var failed = false;
foreach (var target in name is null ? Targets.All : [Targets.Find(name)!])
    failed |= replay is null ? !Search(target) : !Replay(target, replay);
return failed ? 1 : 0;

static bool Replay(Target target, string file)
{
    var crash = new Fuzzer(target).Judge(File.ReadAllBytes(file));
    Console.WriteLine($"{target.Name}: {crash?.Reason ?? "keeps its promises"}");
    return crash is null;
}

bool Search(Target target)
{
    var fuzzer = new Fuzzer(target);
    var start = Stopwatch.GetTimestamp();
    var count = 0L;
    Console.WriteLine($"{target.Name}: seed {seed}, {seconds} s");
    var crash = fuzzer.Corpus().Select(kept => fuzzer.Judge(kept.Input)).FirstOrDefault(found => found is not null)
        ?? fuzzer.Run(seed, done => (count = done) >= 0 && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
    if (crash is null)
    {
        Console.WriteLine($"{target.Name}: {count} inputs, all promises kept");
        return true;
    }
    var file = Path.GetRelativePath(Checkout.Root, fuzzer.Keep(crash));
    Console.WriteLine($"{target.Name}: input {count}: {crash.Reason}\nreplay: dotnet run -c Release --project tests/Fuzz -- --target {target.Name} --replay {file}");
    return false;
}
