namespace Floe.Effects.Formats;

/// <summary>The form that a reader wants a file to have.</summary>
internal enum FileForm
{
    /// <summary>One JSON value.</summary>
    Json = 0,

    /// <summary>Samples: one JSON object a line, or one list of objects.</summary>
    Samples = 1,

    /// <summary>YAML.</summary>
    Yaml = 2,

    /// <summary>Any text in UTF-8.</summary>
    Text = 3,

    /// <summary>Tensors in safetensors.</summary>
    Safetensors = 4,

    /// <summary>Tensors in GGUF.</summary>
    Gguf = 5,

    /// <summary>A table in Parquet.</summary>
    Parquet = 6,

    /// <summary>A model in any form that is read.</summary>
    Model = 7,

    /// <summary>A model of SentencePiece.</summary>
    SentencePiece = 8,
}

/// <summary>Words for forms.</summary>
internal static class FileForms
{
    /// <summary>Whether the form is made of text.</summary>
    public static bool IsText(this FileForm form) => form is FileForm.Json or FileForm.Samples or FileForm.Yaml or FileForm.Text;

    /// <summary>The form as a message names it.</summary>
    public static string Words(this FileForm form) => form switch
    {
        FileForm.Json => "a JSON file",
        FileForm.Samples => "samples: one JSON object a line, one list of objects, CSV or Parquet",
        FileForm.Yaml => "a YAML file",
        FileForm.Text => "a text in UTF-8",
        FileForm.Safetensors => "a safetensors file",
        FileForm.Gguf => "a GGUF file",
        FileForm.Model => "a model: a folder with config.json, a .gguf file or a llama2.c .bin file",
        FileForm.SentencePiece => "a model of SentencePiece",
        _ => "a Parquet file",
    };
}
