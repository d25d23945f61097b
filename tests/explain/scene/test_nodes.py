import chainrule as cr
from chainrule.explain.scene.nodes import sentence
from tests.golden.graphs import both_passes


def test_the_first_sentence_is_kept_without_marks():
    doc = "Scale by the *other* input,\nthe one beside it. See `divide`."
    assert sentence(doc) == "Scale by the other input, the one beside it."
    assert sentence("") == ""


def test_a_gate_knows_the_line_it_stands_on():
    def f(x):
        squared = x * x
        return squared + 1

    gate = next(n for n in both_passes(f, x=2.0).scene().nodes if n.label == "squared")
    assert gate.source.file == "tests/explain/scene/test_nodes.py"
    assert (gate.source.text, gate.source.variable) == ("squared = x * x", "squared")


def test_a_drawing_does_not_tell_where_a_file_lies(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def f(x):
        return x * x

    (gate,) = [n for n in both_passes(f, x=2.0).scene().nodes if n.kind == "op"]
    assert gate.source.file == "test_nodes.py"


def test_gates_of_an_expression_have_no_line():
    assert all(n.source is None for n in both_passes("x * x", x=2.0).scene().nodes)


def test_names_tell_parameters_from_data():
    scene = cr.Graph("w0*x + b + theta*y", w0=1.0, x=1.0, b=1.0, theta=1.0, y=1.0).scene()
    found = {n.label: n.use for n in scene.nodes if n.kind == "leaf"}
    assert found == {
        "w0": "parameter", "x": "data", "b": "parameter", "theta": "parameter", "y": "data",
    }  # fmt: skip
