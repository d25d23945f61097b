"""The gates, one declaration each; importing this package registers them all."""

from chainrule.ops import activations as activations
from chainrule.ops import arithmetic as arithmetic
from chainrule.ops import chance as chance
from chainrule.ops import comparisons as comparisons
from chainrule.ops import einsum as einsum
from chainrule.ops import elementary as elementary
from chainrule.ops import indexing as indexing
from chainrule.ops import joining as joining
from chainrule.ops import layout as layout
from chainrule.ops import linalg as linalg
from chainrule.ops import places as places
from chainrule.ops import products as products
from chainrule.ops import reductions as reductions
from chainrule.ops import routers as routers
from chainrule.ops import special as special
from chainrule.ops import statistics as statistics
