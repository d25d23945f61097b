"""The gates, one declaration each; importing this package registers them all."""

from chainrule.ops import arithmetic as arithmetic
from chainrule.ops import elementary as elementary
from chainrule.ops import routers as routers
