#!/usr/bin/env python3
"""The LAPACK twin of closed-form tuning: u = (G + shift I)^-1 r by numpy.linalg (float64), and its residual b2 - 2 u.r + u.G u.

Reads a raw file: float64 b2, shift, then r [n], then G [n, n].
Prints one JSON object: {"seconds", "residual", "largest"} with the largest |u|.
"""
import argparse, json, time

import numpy as np


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("system")
    args = p.parse_args()
    raw = np.fromfile(args.system, dtype="<f8")
    n = int((np.sqrt(1 + 4 * (len(raw) - 2)) - 1) / 2)
    target, shift, r, gram = raw[0], raw[1], raw[2:2 + n], raw[2 + n:].reshape(n, n)
    start = time.perf_counter()
    u = np.linalg.solve(gram + shift * np.eye(n), r)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "residual": float(target - 2 * u @ r + u @ gram @ u), "largest": float(np.abs(u).max())}))


if __name__ == "__main__":
    main()
