#!/usr/bin/env python3
"""The PyTorch twin that Floe is timed against: same weights, same batches, same Hydra adapter, eager mode.

Reads a Hugging Face folder (config.json + model.safetensors) and runs one of
  forward   logits at every position, no gradient
  train     Hydra on gate, up, down of all layers: forward, backward, clip, AdamW
Prints one JSON object: {"mode", "tokens_per_second", "median_seconds", "losses", "threads", "torch", "sgemm_gflops"}.
Written in the plain style of a research script: one expert after the other, logits at all positions.
"""
import argparse, json, math, statistics, struct, time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

DTYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "U8": np.uint8}


def read_safetensors(path):
    raw = Path(path).read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        data = np.frombuffer(raw[8 + size + begin:8 + size + end], dtype=DTYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(data.reshape(entry["shape"]).copy())
    return tensors


class Hydra:
    """y = W x + (alpha/r) sum_i softmax(R x)_i B_i A x."""

    def __init__(self, fan_out, fan_in, rank, experts, alpha, generator):
        bound = 1 / math.sqrt(fan_in)
        self.a = torch.empty(rank, fan_in).uniform_(-bound, bound, generator=generator).requires_grad_()
        self.route = torch.empty(experts, fan_in).uniform_(-bound, bound, generator=generator).requires_grad_()
        self.b = [torch.zeros(fan_out, rank).requires_grad_() for _ in range(experts)]
        self.scale = alpha / rank

    def parameters(self):
        return [self.a, self.route, *self.b]

    def __call__(self, x):
        weights = F.softmax(F.linear(x, self.route), dim=-1, dtype=torch.float32)
        down = F.linear(x, self.a)
        return sum(weights[..., i:i + 1] * F.linear(down, b) for i, b in enumerate(self.b)) * self.scale


class Decoder:
    def __init__(self, folder):
        self.config = json.loads((Path(folder) / "config.json").read_text())
        self.weights = read_safetensors(Path(folder) / "model.safetensors")
        c = self.config
        self.heads, self.groups = c["num_attention_heads"], c["num_key_value_heads"]
        self.dim = c.get("head_dim") or c["hidden_size"] // self.heads
        self.eps, self.layers = c["rms_norm_eps"], c["num_hidden_layers"]
        theta = c.get("rope_theta") or c["rope_parameters"]["rope_theta"]
        self.inverse = theta ** (-torch.arange(0, self.dim, 2).float() / self.dim)
        self.adapters = {}

    def linear(self, x, layer, name):
        y = F.linear(x, self.weights[f"model.layers.{layer}.{name}.weight"])
        adapter = self.adapters.get((layer, name))
        return y if adapter is None else y + adapter(x)

    def norm(self, x, weight):
        return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))

    def rotate(self, x, cos, sin):
        half = self.dim // 2
        return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin

    def __call__(self, ids):
        w, (batch, length) = self.weights, ids.shape
        x = w["model.embed_tokens.weight"][ids]
        angles = torch.outer(torch.arange(length).float(), self.inverse)
        cos, sin = torch.cat((angles, angles), -1).cos(), torch.cat((angles, angles), -1).sin()
        causal = torch.full((length, length), float("-inf")).triu(1)
        for k in range(self.layers):
            h = self.norm(x, w[f"model.layers.{k}.input_layernorm.weight"])
            q = self.linear(h, k, "self_attn.q_proj").view(batch, length, self.heads, self.dim).transpose(1, 2)
            key = self.linear(h, k, "self_attn.k_proj").view(batch, length, self.groups, self.dim).transpose(1, 2)
            v = self.linear(h, k, "self_attn.v_proj").view(batch, length, self.groups, self.dim).transpose(1, 2)
            q, key = self.rotate(q, cos, sin), self.rotate(key, cos, sin)
            repeat = self.heads // self.groups
            key, v = key.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
            scores = q @ key.transpose(2, 3) / math.sqrt(self.dim) + causal
            mixed = F.softmax(scores, dim=-1, dtype=torch.float32) @ v
            x = x + self.linear(mixed.transpose(1, 2).reshape(batch, length, -1), k, "self_attn.o_proj")
            h = self.norm(x, w[f"model.layers.{k}.post_attention_layernorm.weight"])
            gated = F.silu(self.linear(h, k, "mlp.gate_proj")) * self.linear(h, k, "mlp.up_proj")
            x = x + self.linear(gated, k, "mlp.down_proj")
        x = self.norm(x, w["model.norm.weight"])
        return F.linear(x, w.get("lm_head.weight", w["model.embed_tokens.weight"]))


def sgemm_gflops(size=1024, runs=5):
    a, b = torch.rand(size, size), torch.rand(size, size)
    a @ b
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return 2 * size ** 3 / statistics.median(times) / 1e9


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", required=True)
    p.add_argument("--mode", choices=["forward", "train"], required=True)
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--length", type=int, default=128)
    p.add_argument("--steps", type=int, default=5)
    p.add_argument("--rank", type=int, default=8)
    p.add_argument("--experts", type=int, default=4)
    p.add_argument("--alpha", type=float, default=32)
    p.add_argument("--threads", type=int, default=0, help="0: as PyTorch chooses")
    args = p.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)

    model = Decoder(args.model)
    vocabulary = model.config["vocab_size"]
    # A linear congruential stream, so that Floe draws the same batches.
    state, ids = 42, []
    for _ in range(args.batch * args.length):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        ids.append((state >> 33) % vocabulary)
    ids = torch.tensor(ids).view(args.batch, args.length)

    optimiser = None
    if args.mode == "train":
        generator = torch.Generator().manual_seed(0)
        hidden, neurons = model.config["hidden_size"], model.config["intermediate_size"]
        for k in range(model.layers):
            for name, fan_out, fan_in in (("mlp.gate_proj", neurons, hidden), ("mlp.up_proj", neurons, hidden), ("mlp.down_proj", hidden, neurons)):
                model.adapters[(k, name)] = Hydra(fan_out, fan_in, args.rank, args.experts, args.alpha, generator)
        parameters = [t for a in model.adapters.values() for t in a.parameters()]
        optimiser = torch.optim.AdamW(parameters, lr=2e-4, weight_decay=0.0)

    times, losses = [], []
    for _ in range(args.steps + 1):
        start = time.perf_counter()
        if optimiser is None:
            with torch.no_grad():
                losses.append(model(ids)[:, -1].logsumexp(-1).mean().item())
        else:
            logits = model(ids)
            loss = F.cross_entropy(logits[:, :-1].reshape(-1, vocabulary), ids[:, 1:].reshape(-1))
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            optimiser.zero_grad()
            losses.append(loss.item())
        times.append(time.perf_counter() - start)
    seconds = statistics.median(times[1:])
    print(json.dumps({"mode": args.mode, "tokens_per_second": args.batch * args.length / seconds, "median_seconds": seconds, "losses": losses,
                      "threads": torch.get_num_threads(), "torch": torch.__version__, "sgemm_gflops": sgemm_gflops()}))


if __name__ == "__main__":
    main()
