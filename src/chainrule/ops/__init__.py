"""The gates, one declaration each; importing this package registers them all."""

from chainrule.ops import arithmetic as arithmetic
