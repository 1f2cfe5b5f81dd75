namespace Floe.Domain.Text;

/// <summary>A token that is cut out of the text before anything else, such as <c>&lt;|im_end|&gt;</c>.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Special">Whether decoding may leave it out.</param>
/// <param name="Normalized">Whether it is looked for after normalisation rather than before.</param>
/// <param name="SingleWord">Whether it counts only between characters that are not part of a word.</param>
/// <param name="StripLeft">Whether it swallows white space on its left.</param>
/// <param name="StripRight">Whether it swallows white space on its right.</param>
internal sealed record AddedToken(
    string Content,
    int Id,
    bool Special,
    bool Normalized = false,
    bool SingleWord = false,
    bool StripLeft = false,
    bool StripRight = false)
{
    /// <summary>Whether it is neither looked for in a text nor printed: a control token of SentencePiece.</summary>
    public bool Hidden { get; init; }
}
