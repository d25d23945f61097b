"""Exercises: a question, and an answer that stays closed until it is asked for.

The code cell tagged `check` that follows an answer is shown inside it. It is run with the page, so
a page with a wrong answer is not built; neither is one whose answer is not checked.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOG = logging.getLogger(__name__)


class Exercise(SphinxDirective):
    """A question, numbered through the page."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        number = self.env.temp_data["exercise"] = self.env.temp_data.get("exercise", 0) + 1
        return [box(self, f"Exercise {number}", "exercise")]


class Answer(SphinxDirective):
    """What is found by opening it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        found = box(self, "Answer", "answer")
        found["collapsible"] = "closed"
        return [found]


def box(directive: SphinxDirective, title: str, kind: str) -> nodes.Element:
    found = nodes.admonition(classes=[kind])
    found += nodes.title("", title)
    found += directive.parse_content_to_nodes()
    directive.set_source_info(found)
    return found


def take_checks_in(app: Sphinx, page: nodes.document) -> None:
    """Move the check behind each answer into it."""
    for answer in list(page.findall(lambda node: is_box(node, "answer"))):
        check = answer.next_node(descend=False, siblings=True)
        if not is_check(check):
            LOG.warning("the code of an answer is missing", location=answer)
            continue
        check.parent.remove(check)
        answer += check


def is_box(node: Any, kind: str) -> bool:
    return isinstance(node, nodes.admonition) and kind in node["classes"]


def is_check(node: Any) -> bool:
    return isinstance(node, nodes.container) and "tag_check" in node["classes"]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("exercise", Exercise)
    app.add_directive("answer", Answer)
    app.connect("doctree-read", take_checks_in)
    return {"parallel_read_safe": True}
