#!/usr/bin/env python3
"""The NumPy twin of the ancestor's mask search (the algorithm of retraining-free-pruning's search_mac, re-expressed).

For every head count n the neurons that still fit are counted and the kept Fisher of the best n heads and f neurons is summed anew, as that
search does; kept cost <= C, largest kept Fisher wins. Reads a raw table: float64 tau then float64 t in Floe's order.
Prints one JSON object: {"seconds", "kept_heads", "kept_neurons", "kept_fisher", "sha256"} with the hash of the kept flags as bytes.
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
    return heads, neurons, best


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("table")
    p.add_argument("--layers", type=int, required=True)
    p.add_argument("--heads", type=int, required=True)
    p.add_argument("--neurons", type=int, required=True)
    p.add_argument("--budget", type=float, default=0.5)
    args = p.parse_args()
    units = args.layers * (args.heads + args.neurons)
    raw = np.fromfile(args.table, dtype="<f8")
    tau, t = raw[:units].reshape(args.layers, -1), raw[units:].reshape(args.layers, -1)
    tau_heads, tau_neurons = tau[:, :args.heads].ravel(), tau[:, args.heads:].ravel()
    cost_head, cost_neuron = t[:, :args.heads].mean(), t[:, args.heads:].mean()
    budget = args.budget * (t[:, :args.heads].size * cost_head + t[:, args.heads:].size * cost_neuron)
    start = time.perf_counter()
    heads, neurons, best = search(tau_heads, tau_neurons, cost_head, cost_neuron, budget)
    seconds = time.perf_counter() - start
    flags = np.concatenate([heads.reshape(args.layers, -1), neurons.reshape(args.layers, -1)], axis=1)
    print(json.dumps({"seconds": seconds, "kept_heads": int(heads.sum()), "kept_neurons": int(neurons.sum()), "kept_fisher": float(best),
                      "sha256": hashlib.sha256(flags.tobytes()).hexdigest()}))


if __name__ == "__main__":
    main()
