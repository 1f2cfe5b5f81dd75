namespace Floe.Domain.Text.Chat;

/// <summary>Why a template could not be read or followed.</summary>
internal enum FaultKind
{
    /// <summary>It asks for a construct that is not read.</summary>
    Unsupported = 0,

    /// <summary>It is no sound template, or does something that the values do not allow.</summary>
    Wrong = 1,

    /// <summary>It refused the conversation itself, by <c>raise_exception</c>.</summary>
    Raised = 2,

    /// <summary>It takes more steps, text or nesting than is allowed.</summary>
    Limit = 3,
}

/// <summary>What stopped a template.</summary>
/// <param name="Kind">Why.</param>
/// <param name="At">Where in the template's text, in UTF-16 units.</param>
/// <param name="Words">The construct, the fault, or the template's own message.</param>
internal sealed record TemplateFault(FaultKind Kind, int At, string Words);
