namespace G8os.Tidy.Tests;

/// <summary>All rules, one line each. A new rule is a line here, a function, and a planted breach in PlantedTests.</summary>
internal static class Rules
{
    public static readonly Rule[] All =
    [
        new("dependencies", "a project refers only to the projects below it", LayerRules.Dependencies),
        new("unsafe", "unsafe code is written in src/Linux only", LayerRules.Unsafe),
        new("native-calls", "DllImport and LibraryImport are written in src/Linux only", LayerRules.NativeCalls),
        new("process", "System.Diagnostics.Process is not used where we reap children", LayerRules.Process),
        new("banned-symbols", "Decisions bans clocks, chance, files, programs, sockets and tasks", LayerRules.BannedSymbols),

        new("sleep", "Thread.Sleep is used in src/Linux only", CodeRules.Sleep),
        new("delay", "tests wait for conditions, not for time: no Task.Delay", CodeRules.Delay),
        new("empty-catch", "a fault that is caught is handled", CodeRules.EmptyCatch),
        new("unfinished", "nothing unfinished is kept", CodeRules.Unfinished),
        new("names", "no type or file is named Manager, Helper, Utils, Impl or Info", CodeRules.Names),
        new("interfaces", "at most 8 % of the types of src are interfaces", CodeRules.Interfaces),
        new("doc-comments", "a public type says what it is", CodeRules.DocComments),

        new("file-length", "no file has more than 600 lines", SizeRules.Files),
        new("file-median", "half of the files of src have at most 100 lines", SizeRules.Median),
        new("function-length", "no function has more than 120 lines", SizeRules.Functions),
        new("init-length", "src/Core/Init has at most 500 lines", SizeRules.Init),
        new("blob-size", "no file of the history is larger than 512 KiB", SizeRules.Blobs),

        new("machine-paths", "nothing tells of the machine or workplace it was written on", TextRules.MachinePaths),
        new("docs-links", "every link in a document leads somewhere", TextRules.Links),
        new("docs-commands", "every block of a document says what it is; what is typed stands in sh blocks, which tests run", DocRules.Commands),
        new("changelog", "CHANGELOG.md has a section Unreleased", TextRules.Changelog),
        new("present", "the files that tools look for exist", TextRules.Present),
        new("subjects", "a commit's subject has a scope and at most 72 characters", TextRules.Subjects),
    ];
}
