"""chainrule: the backpropagation engine you can see through.

Every op of NumPy's that has a derivative is here by its NumPy name (`cr.exp`, `cr.sum`,
`cr.linalg.inv`), beside the names listed below. Heavy parts are imported when they are first used.
"""

from importlib import import_module
from typing import Any

import chainrule.ops  # noqa: F401 - declares the gates
from chainrule.eager.tensor import Tensor, tensor
from chainrule.errors import ChainruleError, nearest
from chainrule.graph.mode import no_grad
from chainrule.graph.registry import FACES, FUNCTIONS, op

__version__ = "0.1.0"

LAZY = {
    "Fit": "chainrule.train",
    "Graph": "chainrule.explain.gates",
    "Trainer": "chainrule.train",
    "Watch": "chainrule.train",
    "check_gradients": "chainrule.explain.check",
    "compile": "chainrule.jit",
    "data": "",
    "derivative": "chainrule.explain.derivative",
    "derive": "chainrule.explain.derive",
    "diagnose": "chainrule.train.doctor.diagnose",
    "fit": "chainrule.train",
    "from_text": "chainrule.graph.text",
    "grad": "chainrule.eager.transforms",
    "hessian": "chainrule.eager.transforms",
    "hvp": "chainrule.eager.transforms",
    "jacobian": "chainrule.eager.transforms",
    "jvp": "chainrule.eager.transforms",
    "linalg": "",
    "load": "chainrule.train.tabular",
    "losses": "chainrule.nn",
    "names": "chainrule.nn.names",
    "nn": "",
    "optim": "",
    "random": "",
    "replay": "chainrule.train",
    "sanity_check": "chainrule.train.doctor.sanity",
    "show_plan": "chainrule.plans",
    "testing": "",
    "to_text": "chainrule.graph.text",
    "trace": "chainrule.graph.trace",
    "value_and_grad": "chainrule.eager.transforms",
    "vjp": "chainrule.eager.transforms",
}

__all__ = ["ChainruleError", "Tensor", "no_grad", "op", "tensor", *LAZY]

FACES.append(globals())  # so that a gate declared later, or anew, is seen as cr.<name>
globals().update({name: function for name, function in FUNCTIONS.items() if "." not in name})


def __getattr__(name: str) -> Any:
    if name in LAZY:
        home = LAZY[name]
        found = getattr(import_module(home), name) if home else import_module(f"chainrule.{name}")
    else:
        hint = nearest(name, [*__all__, *FUNCTIONS])
        raise AttributeError(f"chainrule has no {name!r}: {hint}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, *(n for n in FUNCTIONS if "." not in n)])
