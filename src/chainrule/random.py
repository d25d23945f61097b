"""Random numbers from an explicit key: the same key gives the same numbers.

>>> import chainrule as cr
>>> key = cr.random.key(0)
>>> first, second = cr.random.split(key)
>>> cr.random.uniform(first, (2,)).shape
(2,)
"""

from chainrule.ops.chance import bernoulli, fold_in, normal, permutation, uniform
from chainrule.ops.chance import split_key as split
from chainrule.ops.reference.philox import key

__all__ = ["bernoulli", "fold_in", "key", "normal", "permutation", "split", "uniform"]
