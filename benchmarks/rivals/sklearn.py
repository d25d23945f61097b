"""scikit-learn's MLP: one `partial_fit` a round, which makes its steps in the order it is given.

No shuffling, no L2 penalty. It reports only the mean loss of a round, and for values half of the
mean squared error, whose gradient it sums over outputs: the rate of gradient descent makes up for
that, and Adam does not notice.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.cases import BETA1, BETA2, EPSILON, MOMENTUM
from benchmarks.problem import Problem


def build(problem: Problem) -> Callable[[Any], Callable[[], Any]]:
    case: Any = problem.case
    x, y = problem.x, problem.y if case.sizes[-1] > 1 else problem.y[:, 0]
    values = case.loss == "squared_error"
    net = MLPRegressor(**settings(case, values)) if values else MLPClassifier(**settings(case))
    begin(net, problem, y, {} if values else {"classes": np.unique(y)})

    def ready(rows: Any) -> Callable[[], Any]:
        order = rows.ravel()

        def run() -> Any:
            net.partial_fit(x[order], y[order])
            return np.asarray(2 * net.loss_ if values else net.loss_)

        return run

    return ready


def settings(case: Any, values: bool = False) -> dict[str, Any]:
    adam = case.optimizer == "adam"
    return {
        "hidden_layer_sizes": case.sizes[1:-1],
        "activation": case.activation,
        "solver": "adam" if adam else "sgd",
        "learning_rate_init": case.rate * (2 / case.sizes[-1] if values and not adam else 1),
        "momentum": MOMENTUM if case.optimizer == "momentum" else 0.0,
        "nesterovs_momentum": False,
        "beta_1": BETA1,
        "beta_2": BETA2,
        "epsilon": EPSILON,
        "batch_size": case.batch,
        "alpha": 0.0,
        "shuffle": False,
        "random_state": 0,
    }


def begin(net: Any, problem: Problem, y: Any, options: dict[str, Any]) -> None:
    """Give an estimator the problem's weights, which it takes only when it has some already."""
    rows = problem.rows(1)[0]
    net.partial_fit(problem.x[rows], y[rows], **options)
    net.coefs_ = [w.T.copy() for w, _ in problem.layers]
    net.intercepts_ = [b.copy() for _, b in problem.layers]
    del net._optimizer  # or it would go on with the moments of that first step
