"""What is measured: every case is a record, and everything else is derived from it.

A step is one update from one batch of rows, or one evaluation where nothing is trained. Sizes,
rates and seeds stand here; `problem` makes the arrays from them, the same for all.
"""

from dataclasses import dataclass
from difflib import get_close_matches

MOMENTUM = 0.9
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

SWEPT = ("chainrule", "jax_scan", "torch_eager", "sklearn")  # the rivals of a sweep


@dataclass(frozen=True, kw_only=True)
class Case:
    """What all cases have.

    Attributes:
        name, about: how it is called, and what it is, in a few words.
        batch: rows of a step.
        rows: rows of the table.
        group: the sweep or kind it belongs to; a group can be run by its name.
        check: the first steps, whose losses are compared.
        most: the most steps of a round: a bound for memory.
        rivals: who runs unless others are asked for; () for all who can.
        goals: (rival, how many times faster we want to be).
        seed: seed of weights, made data and batches.
    """

    name: str
    about: str
    batch: int
    rows: int = 1797
    group: str
    check: int = 10
    most: int = 100_000
    rivals: tuple[str, ...] = ()
    goals: tuple[tuple[str, float], ...] = ()
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Net(Case):
    """Training steps of a fully connected net.

    Attributes:
        sizes: features at the input, after each layer, at the output.
        activation: "relu" or "tanh", between the layers.
        loss: "softmax_cross_entropy", "binary_cross_entropy" (of logits) or "squared_error".
        optimizer: "sgd", "momentum" or "adam".
        rate: of the optimizer.
        table: "digits", "xor", or "made": normal inputs, targets from a net drawn at random.
    """

    sizes: tuple[int, ...]
    activation: str = "relu"
    loss: str = "softmax_cross_entropy"
    optimizer: str = "adam"
    rate: float = 1e-3
    table: str = "digits"


@dataclass(frozen=True, kw_only=True)
class Task(Case):
    """Steps of a function of `tasks`, called as the case is."""


@dataclass(frozen=True, kw_only=True)
class Gates(Case):
    """A circuit of small gates run gate by gate, called as in `circuits`; a step is one gate."""

    circuit: str


def digits(name: str, about: str, **settings: object) -> Net:
    """Return a case on the handwritten digits, 64-128-64-10 unless said."""
    defaults = {"sizes": (64, 128, 64, 10), "batch": 32, "group": "nets"}
    return Net(name=name, about=about, **{**defaults, **settings})  # type: ignore[arg-type]


def mnist(name: str, optimizer: str, rate: float, goal: float) -> Net:
    return Net(
        name=name,
        about=f"784-512-512-10, relu, batch 128, {optimizer}",
        group="nets",
        sizes=(784, 512, 512, 10),
        optimizer=optimizer,
        rate=rate,
        batch=128,
        rows=6000,
        table="made",
        most=2000,
        goals=(("jax_scan", goal),),
    )


NETS = (
    Net(
        name="xor",
        about="2-2-1, tanh, full batch of 4, gradient descent",
        group="nets",
        sizes=(2, 2, 1),
        activation="tanh",
        loss="binary_cross_entropy",
        optimizer="sgd",
        rate=0.5,
        batch=4,
        rows=4,
        table="xor",
        check=50,
        goals=(("jax_scan", 10), ("torch_eager", 1000)),
    ),
    digits(
        "digits32",
        "digits 64-128-64-10, relu, batch 32, Adam",
        goals=(("jax_scan", 2.2), ("torch_eager", 20), ("sklearn", 12)),
    ),
    digits(
        "digits128",
        "digits 64-128-64-10, relu, batch 128, Adam",
        batch=128,
        goals=(("jax_scan", 2),),
    ),
    digits(
        "deep50",
        "digits, 49 layers of 64 and one of 10, tanh, batch 32, Adam",
        sizes=(64,) * 50 + (10,),
        activation="tanh",
        rate=1e-4,
        goals=(("jax_scan", 2.4), ("torch_eager", 9)),
    ),
    mnist("mnist_momentum", "momentum", 0.01, 1.1),
    mnist("mnist_adam", "adam", 1e-3, 1.15),
    Net(
        name="wide",
        about="1024-4096-4096-1024, relu, batch 1024, momentum",
        group="nets",
        sizes=(1024, 4096, 4096, 1024),
        loss="squared_error",
        optimizer="momentum",
        rate=0.01,
        batch=1024,
        rows=2048,
        table="made",
        check=2,
        most=50,
        rivals=("chainrule", "torch_eager", "torch_compile", "jax_scan", "numpy"),
        goals=(("torch_eager", 0.95),),
    ),
    Net(
        name="regression",
        about="13-64-1, relu, squared error, batch 32, Adam",
        group="nets",
        sizes=(13, 64, 1),
        loss="squared_error",
        batch=32,
        rows=506,
        table="made",
    ),
)

TASKS = (
    Task(
        name="moons",
        about="micrograd's demo: 2-16-16-1, relu, hinge loss and decay, full batch of 100",
        group="functions",
        batch=100,
        rows=100,
        check=5,
    ),
    Task(
        name="hvp",
        about="product of the digits net's Hessian with a vector, batch 32",
        group="functions",
        batch=32,
    ),
    Task(
        name="rnn20",
        about="recurrent net of 32 units over 20 steps of time, batch 32",
        group="functions",
        batch=32,
        rows=512,
    ),
    Task(
        name="attention",
        about="residual block: LayerNorm, attention of 4 heads by einsum, 16 tokens of 32",
        group="functions",
        batch=8,
        rows=256,
    ),
    Task(
        name="second_derivatives",
        about="u'' = -pi^2 sin(pi x): a loss of second derivatives by the inputs, 64 points",
        group="functions",
        batch=64,
        rows=1024,
    ),
    Task(
        name="jacobian",
        about="Jacobian of 32 residuals by the weights of a net 13-16-1",
        group="functions",
        batch=32,
        rows=506,
    ),
)

GATES = tuple(
    Gates(
        name="eager" if circuit == "mixed" else f"eager_{circuit}",
        about=f"one gate forward and backward, gate by gate, 16 entries: {circuit}",
        group="eager",
        circuit=circuit,
        batch=16,
        rows=16,
        check=1,
        goals=(("torch_eager", 1),) if circuit == "mixed" else (),
    )
    for circuit in ("mixed", "add", "multiply", "divide", "tanh", "exp", "maximum", "matmul")
)

SWEEPS = (
    *(
        digits(f"batch_{n}", f"digits net, batch {n}", group="batch", batch=n, rivals=SWEPT)
        for n in (1, 4, 16, 64, 512, 4096)
    ),
    *(
        digits(
            f"depth_{n}",
            f"{n} layers of 64, tanh, batch 32",
            group="depth",
            sizes=(64,) * n + (10,),
            activation="tanh",
            rate=1e-4,
            rivals=SWEPT,
        )
        for n in (1, 2, 5, 20, 50, 200)
    ),
    *(
        digits(
            f"width_{n}",
            f"64-{n}-{n}-10, relu, batch 32",
            group="width",
            sizes=(64, n, n, 10),
            rivals=SWEPT,
        )
        for n in (16, 64, 256, 1024, 2048)
    ),
)

CASES: dict[str, Case] = {case.name: case for case in (*NETS, *TASKS, *GATES, *SWEEPS)}
GROUPS = tuple(dict.fromkeys(case.group for case in CASES.values()))


def chosen(names: tuple[str, ...]) -> list[Case]:
    """Return the cases of these names, groups and "all" spelt out; raise `KeyError` with a hint.

    >>> [case.name for case in chosen(("xor", "batch"))][:3]
    ['xor', 'batch_1', 'batch_4']
    """
    found: dict[str, Case] = {}
    for name in names:
        if name in CASES:
            found[name] = CASES[name]
            continue
        members = {n: c for n, c in CASES.items() if name in (c.group, "all")}
        if not members:
            raise KeyError(f"there is no case {name!r}{nearest(name, [*CASES, *GROUPS, 'all'])}")
        found.update(members)
    return list(found.values())


def nearest(name: str, known: list[str]) -> str:
    """Return a hint that names what is spelt most like `name`, or everything."""
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f": did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}"
