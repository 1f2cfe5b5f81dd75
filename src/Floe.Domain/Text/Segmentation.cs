namespace Floe.Domain.Text;

/// <summary>How a tokenizer makes tokens of a word.</summary>
internal abstract record Segmentation
{
    private Segmentation()
    {
    }

    /// <summary>BPE by the list of merges: the pair that stands first in it is joined first.</summary>
    public sealed record Merges : Segmentation;

    /// <summary>BPE of SentencePiece and llama2.c: the pair whose joined token has the best score is joined first.</summary>
    /// <param name="Scored">Token → score; a token that is not here is never made by joining.</param>
    public sealed record Scores(IReadOnlyDictionary<string, float> Scored) : Segmentation;

    /// <summary>The unigram model of SentencePiece: the tokens whose scores have the largest sum.</summary>
    /// <param name="Scored">Token → score, the logarithm of its probability; a token that is not here is never found in a text.</param>
    public sealed record Unigram(IReadOnlyDictionary<string, float> Scored) : Segmentation;

    /// <summary>A word is one token, or the unknown one.</summary>
    public sealed record Words : Segmentation;
}
