using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Adapters;
using Floe.Effects.Adapters;
using Floe.Effects.Formats.Safetensors;
using Floe.Effects.Models;
using LanguageExt;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Adapters;

internal static class AdapterCase
{
    public static Either<FloeError, T> WithAdapter<T>(string folder, Decoder model, Func<AdapterSet, Either<FloeError, T>> use) => WithAdapterIfAny(folder, model, a => use(a!));

    public static Either<FloeError, T> WithAdapterIfAny<T>(string folder, Decoder model, Func<AdapterSet?, Either<FloeError, T>> use)
    {
        if (!File.Exists(Path.Combine(folder, "adapter_config.json")))
        {
            return use(null);
        }

        JsonElement c = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "adapter_config.json"))).RootElement;
        AdapterKind kind = c.TryGetProperty("lora_nums", out _) ? AdapterKind.Hydra : AdapterKind.Lora;
        double alpha = c.GetProperty("lora_alpha").GetDouble();
        return SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors")).Bind(file =>
        {
            using (file)
            {
                return AdapterTensors.Import(file, kind, model.Shape, (_, r) => alpha / (c.TryGetProperty("use_rslora", out JsonElement rs) && rs.GetBoolean() ? Math.Sqrt(r) : r), alpha, 0, CPU).Bind(set => { using (set) { return use(set); } });
            }
        });
    }
}
