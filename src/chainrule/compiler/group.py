"""Gates that are computed together."""

from dataclasses import dataclass, field

from chainrule.graph.node import Node


@dataclass(eq=False)
class Group:
    """Gates that one kernel computes, in order.

    Attributes:
        kind: "map", "reduce", "product" (by tiles), "blas", "writes", "running", "order" or "call".
        nodes: the gates.
        needs: the groups that compute what this one reads.
        sides: the gates that are sums over all entries, added up on the way.
    """

    kind: str
    nodes: list[Node] = field(default_factory=list)
    needs: set["Group"] = field(default_factory=set)
    sides: set[Node] = field(default_factory=set)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.nodes[0].shape

    def __repr__(self) -> str:
        return f"<{self.kind} {' '.join(n.op.name for n in self.nodes if n.op)}>"
