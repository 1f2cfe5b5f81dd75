using System.CommandLine;
using Floe.Cli.Shell;
using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Adapters.Stored;
using Floe.Effects.Models;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Cli.Options;

/// <summary>The options of every command that loads a model.</summary>
internal sealed class ModelInputs
{
    private readonly Setting<string> model = Common.Model();
    private readonly Setting<string?> tokenizer = Inputs.Text("--tokenizer", "PATH", "Tokenizer to use instead of the model's own.");
    private readonly Setting<string> device = Common.Device();
    private readonly Setting<string> weights = Common.Weights();

    /// <summary>All of them.</summary>
    public Symbol[] All => [model, tokenizer, device, weights];

    /// <summary>The model's path as it was typed.</summary>
    public string Path(Invocation call) => call.Get(model);

    /// <summary>Opens the model, runs a function with it and frees it. An adapter that does not belong to it is found before any weight is
    /// read.</summary>
    public Either<FloeError, T> With<T>(Invocation call, Func<OpenedModel, Either<FloeError, T>> use, Setting<string?>? adapter = null) =>
        OpenedModel.Open(
            call.Get(model),
            Optional(call.Get(tokenizer)!),
            call.Get(device),
            call.Terminal.Warn,
            WeightTypes.Of(call.Get(weights)),
            config => adapter is not null && call.Get(adapter) is { } path ? AdapterFolders.Fits(path, config) : unit).Bind(opened =>
        {
            using (opened)
            {
                return use(opened);
            }
        });
}
