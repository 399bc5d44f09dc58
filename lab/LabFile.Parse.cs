using G8os.Model.Toml;

namespace G8os.Lab;

public sealed partial record LabFile
{
    /// <summary>Reads a lab file. Unknown keys, wrong types and references to nothing are errors with file, line and column. Never throws.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for messages.</param>
    public static LabFileResult Parse(string text, string file)
    {
        var errors = new TomlErrors(file);
        if (TomlDocument.Read(text, errors, MaxLength) is not { } root)
            return new(null, errors.ToValues());
        var lab = new LabFileReader(errors).Read(root);
        return errors.Any ? new(null, errors.ToValues()) : new(lab, []);
    }
}
