"""The R2 that one net reaches on one regression table, here and in torch.

    python -m benchmarks.friedman [--seeds N] [--json]

Friedman's first function: ``y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + noise``, ten
inputs of which five matter, 1,000 rows, 20 % held out. Same encoding, same split, net 10-64-64-1
with ReLU, Adam at 1e-3, 200 epochs, same first weights, same batches of 32.
Source: J. Friedman (1991), Multivariate adaptive regression splines.
"""

import argparse
import json
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

import chainrule as cr
from benchmarks.machine import facts
from chainrule.data import Encoder, Table, batches, order, split
from chainrule.train.metrics import r2

Rows = tuple[Any, Any]
EPOCHS, BATCH, RATE, HIDDEN = 200, 32, 1e-3, 64


def rows_of(seed: int) -> tuple[Rows, Rows]:
    """Return encoded training rows and held-out rows."""
    draw = np.random.default_rng(seed)
    x = draw.uniform(size=(1000, 10))
    curve = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
    y = curve + 10 * x[:, 3] + 5 * x[:, 4] + draw.normal(size=1000)
    table = Table.of({**{f"x{i}": x[:, i] for i in range(10)}, "y": y})
    train, held_out = split(1000, 0.2, seed)
    encoder = Encoder.fit(table, "y", rows=train)
    x, y = encoder.inputs(table), encoder.targets(table)
    return (x[train], y[train]), (x[held_out], y[held_out])


def net_of(seed: int) -> cr.nn.MLP:
    return cr.nn.MLP(10, HIDDEN, HIDDEN, 1, key=seed)


def ours(seed: int, train: Rows, held_out: Rows) -> float:
    rule = cr.optim.Adam(rate=RATE)
    done = cr.fit(
        net_of(seed),
        train,
        optimizer=rule,
        epochs=EPOCHS,
        batch_size=BATCH,
        seed=seed,
        progress=False,
    )
    return r2(np.asarray(done.model(held_out[0])), held_out[1])


def torchs(seed: int, train: Rows, held_out: Rows) -> float:
    import torch
    from torch import nn

    torch.set_num_threads(1)
    x, y = (torch.from_numpy(part) for part in train)
    linear = [nn.Linear(10, HIDDEN), nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 1)]
    with torch.no_grad():
        parameters = [p for layer in linear for p in (layer.weight, layer.bias)]
        for p, start in zip(parameters, net_of(seed).parameters(), strict=True):
            p.copy_(torch.from_numpy(start.numpy()))
    net = nn.Sequential(linear[0], nn.ReLU(), linear[1], nn.ReLU(), linear[2])
    rule = torch.optim.Adam(net.parameters(), lr=RATE)
    for epoch in range(EPOCHS):
        for rows in batches(order(len(x), epoch, seed), BATCH):
            rule.zero_grad()
            nn.functional.mse_loss(net(x[rows]), y[rows]).backward()
            rule.step()
    with torch.no_grad():
        return r2(net(torch.from_numpy(held_out[0])).numpy(), held_out[1])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.friedman")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results")
    options = parser.parse_args()
    found: dict[str, list[float]] = {"chainrule": [], "torch": []}
    for seed in range(options.seeds):
        train, held_out = rows_of(seed)
        found["chainrule"].append(ours(seed, train, held_out))
        try:
            found["torch"].append(torchs(seed, train, held_out))
        except ModuleNotFoundError:
            print("torch is not installed: passed over")
    for name, values in found.items():
        if values:
            shown = " ".join(f"{v:.4f}" for v in values)
            print(f"{name:10} R2 median {median(values):.4f}   {shown}")
    if options.json:
        path = Path(__file__).parent / "results" / "friedman.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"machine": facts(), "r2": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
