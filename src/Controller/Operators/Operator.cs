using G8os.Model.Wire;

namespace G8os.Controller.Operators;

/// <summary>What a token may do; each role may all that is before it.</summary>
internal enum Role { Viewer, Operator, Admin }

/// <summary>Who asks.</summary>
internal sealed record Operator(string Name, Role Role)
{
    public static Role Needed(Access access) => access switch
    {
        Access.Viewer => Role.Viewer,
        Access.Operator => Role.Operator,
        _ => Role.Admin,
    };

    /// <summary>The operator the gate let in.</summary>
    public static Operator Of(HttpContext context) =>
        context.Features.Get<Operator>() ?? throw new InvalidOperationException("internal error: an operator route was reached without a token");
}
