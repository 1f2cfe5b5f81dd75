#!/usr/bin/env python3
"""The NumPy twin of the ancestor's search (the algorithms of retraining-free-pruning's search_mac and rearrange_mask, re-expressed).

For every head count n the neurons that still fit are counted and the kept Fisher of the best n heads and f neurons is summed anew, as that
search does; kept cost <= C, largest kept Fisher wins. Then, where gradients are given, each component of each layer is rearranged: every kept unit in
ascending length of its gradients joins the masked ones, and the one without which their gradients' sum is shortest leaves.
Reads a raw table: float64 tau then float64 t in Floe's order; gradients: float64 [batches, units].
Prints one JSON object: {"seconds", "rearrange_seconds", "sha256", "rearranged_sha256"} with hashes of the kept flags as bytes.
"""
import argparse, hashlib, json, time

import numpy as np


def search(tau_heads, tau_neurons, cost_head, cost_neuron, budget):
    """The best prefix pair: sorted by Fisher, one pass over head counts, sums taken anew for each."""
    head_order = np.argsort(-tau_heads, kind="stable")
    neuron_order = np.argsort(-tau_neurons, kind="stable")
    sorted_heads, sorted_neurons = tau_heads[head_order], tau_neurons[neuron_order]
    best, kept = -1.0, (0, 0)
    for n in range(len(tau_heads) + 1):
        left = budget - n * cost_head
        if left < 0:
            break
        f = min(int(left // cost_neuron), len(tau_neurons))
        total = sorted_heads[:n].sum() + sorted_neurons[:f].sum()
        if total > best:
            best, kept = total, (n, f)
    heads, neurons = np.zeros(len(tau_heads), np.uint8), np.zeros(len(tau_neurons), np.uint8)
    heads[head_order[:kept[0]]] = 1
    neurons[neuron_order[:kept[1]]] = 1
    return heads, neurons


def rearrange(kept, gradients):
    """One component of one layer: kept flags [units] and gradients [units, batches]."""
    masked_count = int(len(kept) - kept.sum())
    if masked_count in (0, len(kept)):
        return kept
    ascending = np.argsort(np.square(gradients).sum(axis=1), kind="stable").tolist()
    masked = ascending[:masked_count]
    for candidate in ascending[masked_count:]:
        masked.append(candidate)
        vectors = gradients[masked]
        complement = vectors.sum(axis=0) - vectors
        del masked[int(np.square(complement).sum(axis=1).argmin())]
    rearranged = np.ones_like(kept)
    rearranged[masked] = 0
    return rearranged


def digest(flags):
    return hashlib.sha256(flags.tobytes()).hexdigest()


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("table")
    p.add_argument("--layers", type=int, required=True)
    p.add_argument("--heads", type=int, required=True)
    p.add_argument("--neurons", type=int, required=True)
    p.add_argument("--budget", type=float, default=0.5)
    p.add_argument("--gradients")
    args = p.parse_args()
    units = args.layers * (args.heads + args.neurons)
    raw = np.fromfile(args.table, dtype="<f8")
    tau, t = raw[:units].reshape(args.layers, -1), raw[units:].reshape(args.layers, -1)
    tau_heads, tau_neurons = tau[:, :args.heads].ravel(), tau[:, args.heads:].ravel()
    cost_head, cost_neuron = t[:, :args.heads].mean(), t[:, args.heads:].mean()
    budget = args.budget * (t[:, :args.heads].size * cost_head + t[:, args.heads:].size * cost_neuron)
    start = time.perf_counter()
    heads, neurons = search(tau_heads, tau_neurons, cost_head, cost_neuron, budget)
    seconds = time.perf_counter() - start
    flags = np.concatenate([heads.reshape(args.layers, -1), neurons.reshape(args.layers, -1)], axis=1)
    result = {"seconds": seconds, "sha256": digest(flags)}
    if args.gradients:
        gradients = np.fromfile(args.gradients, dtype="<f8").reshape(-1, args.layers, args.heads + args.neurons)
        start = time.perf_counter()
        for layer in range(args.layers):
            for part in (slice(None, args.heads), slice(args.heads, None)):
                flags[layer, part] = rearrange(flags[layer, part], np.ascontiguousarray(gradients[:, layer, part].T))
        result |= {"rearrange_seconds": time.perf_counter() - start, "rearranged_sha256": digest(flags)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
