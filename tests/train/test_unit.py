"""The circuit of one unit against the net it is taken from."""

from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.cli.main import run as chainrule
from chainrule.errors import UsageError
from chainrule.runs.folder import Run
from chainrule.train.decision import known_of, net_of
from chainrule.train.tasks import GOALS
from chainrule.train.unit import unit_circuit


@pytest.fixture(scope="module")
def iris(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("runs") / "iris"
    words = ["train", "iris", "--epochs", "2", "--hidden", "12,5", "--activation", "tanh", "-q"]
    assert chainrule([*words, "-o", str(path)]) == 0
    return Run.open(path)


def leaves(graph: cr.Graph) -> set[str]:
    return {view.name for view in graph.leaves}


@pytest.mark.parametrize("layer", ["layers.2", "layers.2.weight", "layers.2.bias", "layers.3"])
def test_values_and_gradients_are_the_nets(iris: Run, layer: str) -> None:
    known = known_of(iris)
    net, _ = net_of(known, None)
    x, y = known.data.x[7:8], known.data.y[7:8]
    gradient = cr.grad(lambda m: GOALS["softmax_cross_entropy"].loss(m(x), y))(net)
    came = net.layers[1](net.layers[0](x))
    value = np.asarray(net.layers[3](net.layers[2](came)).value)[0, 4]
    graph = unit_circuit(iris, layer, 4, 7)
    assert graph.output.value == pytest.approx(value, rel=1e-5)
    weights = np.asarray(gradient.layers[2].weight)[4]
    drawn = [name for name in leaves(graph) if name.startswith("w")]
    assert len(drawn) == 8
    for name in drawn:
        assert graph[name].grad == pytest.approx(weights[int(name[1:])], rel=1e-4, abs=1e-9)
    assert graph["b"].grad == pytest.approx(np.asarray(gradient.layers[2].bias)[4], rel=1e-4)
    assert {"rest", "b"} < leaves(graph)
    assert graph.title == "layers.2, unit 4, row 7, as it is now"


def test_the_first_and_the_last_layer(iris: Run) -> None:
    first = unit_circuit(iris, "layers.0", 0, 0, step=0)
    assert {"w0", "x0", "w3", "x3", "b"} <= leaves(first)
    assert "rest" not in leaves(first)
    assert first.title.endswith("after step 0")
    last = unit_circuit(iris, "layers.4", 2, 0)
    known = known_of(iris)
    net, _ = net_of(known, None)
    said = np.asarray(net(known.data.x[:1]).value)[0]
    own = np.exp(said - said.max()) / np.exp(said - said.max()).sum()
    handed = own[2] - (known.data.y[0] == 2)
    assert last.output.grad == pytest.approx(handed, rel=1e-4)


@pytest.mark.parametrize(
    ("layer", "unit", "row", "said"),
    [
        ("layers.9", 0, 0, "no layer 'layers.9'"),
        ("<script>", 0, 0, "no layer '<script>'"),
        ("layers.0", 12, 0, "no unit 12: they are 0 to 11"),
        ("layers.0", -1, 0, "no unit -1"),
        ("layers.0", 0, 150, "no row 150: they are 0 to 149"),
    ],
)
def test_what_is_not_there(iris: Run, layer: str, unit: int, row: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        unit_circuit(iris, layer, unit, row)


def test_a_net_of_one_input_and_no_activation(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,y\n" + "\n".join(f"{i},{2 * i + 0.5}" for i in range(40)))
    words = ["train", str(table), "--epochs", "1", "-q", "-o", str(tmp_path / "run")]
    assert chainrule(words) == 0
    graph = unit_circuit(Run.open(tmp_path / "run"), "layers.0", 3, 5)
    assert leaves(graph) == {"w0", "x0", "b"}


@pytest.mark.parametrize("activation", ["leaky_relu", "lecun_tanh", "prelu", "softmax", "softplus"])
def test_activations(tmp_path: Path, activation: str) -> None:
    words = ["train", "xor", "--epochs", "1", "--hidden", "3", "--activation", activation, "-q"]
    assert chainrule([*words, "-o", str(tmp_path / "run")]) == 0
    run = Run.open(tmp_path / "run")
    net, _ = net_of(known_of(run), None)
    x = known_of(run).data.x[1:2]
    alone = activation not in ("prelu", "softmax")  # those are drawn as far as the sum
    value = (net.layers[1] if alone else np.asarray)(net.layers[0](x))
    found = unit_circuit(run, "layers.0", 2, 1)
    assert found.output.value == pytest.approx(np.asarray(value.value if alone else value)[0, 2])
