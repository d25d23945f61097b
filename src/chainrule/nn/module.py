"""Modules: frozen records of parameters, buffers, settings and inner modules.

A parameter is a tensor in a field, a buffer a plain array; both may lie in lists, tuples and dicts.
Numbers, texts and functions are settings. Nothing changes a module: training, loading and
converting return new ones.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Self, dataclass_transform

import numpy as np

from chainrule.eager.tensor import Tensor, as_array, tensor
from chainrule.errors import DtypeError, ShapeError, UsageError, nearest
from chainrule.explain.renderers import bundle
from chainrule.graph.mode import CURRENT
from chainrule.nn.outline import outline
from chainrule.nn.show import show
from chainrule.nn.walk import KINDS, TIES, put, settings, survey

BUILDING = "_building"


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(field,))
class Module:
    """Whatever has parameters and can be called. Subclass it and annotate the fields.

    A subclass becomes a frozen dataclass whose fields are given by keyword; it may define its own
    `__init__`, which assigns them. `model(x)` evaluates, `nn.apply(model, x, key=key)` trains.
    While a module runs, the gates it makes know its path in the outermost module that was called.

    >>> import chainrule as cr
    >>> class Scale(cr.nn.Module):
    ...     factor: cr.Tensor
    ...     power: int = 1
    ...     def __call__(self, x):
    ...         return x * self.factor**self.power
    >>> model = Scale(factor=cr.tensor(2.0))
    >>> float(model(3.0))
    6.0
    >>> model.replace(power=3)(3.0).item()
    24.0
    """

    if TYPE_CHECKING:
        __call__: Callable[..., Any]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        inherited = any("__init__" in vars(c) for c in cls.__mro__[1:] if c is not object)
        new_fields = bool(vars(cls).get("__annotations__"))
        own = "__init__" in vars(cls)
        dataclass(
            frozen=True,
            eq=False,
            repr=False,
            kw_only=True,
            init=not own and (new_fields or not inherited),
        )(cls)
        cls.__setattr__ = _assign  # type: ignore[method-assign]
        cls.__delattr__ = _refuse  # type: ignore[method-assign]
        if "__init__" in vars(cls):
            cls.__init__ = _building(vars(cls)["__init__"])  # type: ignore[method-assign]
        if "__call__" in vars(cls):
            cls.__call__ = _in_scope(vars(cls)["__call__"])  # type: ignore[method-assign]

    def named_parameters(self) -> list[tuple[str, Any]]:
        """Return (path, tensor) of each parameter, such as `("layers.0.weight", ...)`."""
        found = survey(self)
        return [(path, leaf) for path, leaf in found.leaves.items() if path not in found.buffers]

    def parameters(self) -> list[Any]:
        """Return the parameters, each once, in the order of the fields."""
        return [leaf for _, leaf in self.named_parameters()]

    def named_buffers(self) -> list[tuple[str, Any]]:
        """Return (path, array) of each buffer: arrays that are kept but not trained."""
        found = survey(self)
        return [(path, leaf) for path, leaf in found.leaves.items() if path in found.buffers]

    def buffers(self) -> list[Any]:
        """Return the buffers, in the order of the fields."""
        return [leaf for _, leaf in self.named_buffers()]

    def named_modules(self) -> list[tuple[str, "Module"]]:
        """Return (path, module) of this module, under the empty path, and of all inner ones."""
        return list(survey(self).modules.items())

    @property
    def n_parameters(self) -> int:
        """How many numbers there are to train."""
        return sum(int(np.prod(p.shape)) for p in self.parameters())

    def state_dict(self) -> dict[str, Any]:
        """Return path -> array, copied, for parameters and buffers."""
        return {path: np.array(leaf) for path, leaf in survey(self).leaves.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> Self:
        """Return a new module with these arrays, cast to the dtypes that are here.

        Raises:
            UsageError: names are missing or unexpected; all of them are listed.
            ShapeError: arrays have other shapes than here; all of them are listed.
            DtypeError: a value is no array of numbers.
        """
        found = survey(self)
        _check_names(found.leaves, state)
        arrays = {path: _numbers(path, value) for path, value in state.items()}
        _check_shapes(found.leaves, arrays)
        made = {
            path: _like(old, arrays[path].astype(old.dtype)) for path, old in found.leaves.items()
        }
        return self.tree_rebuild(made)

    def astype(self, dtype: Any) -> Self:
        """Return a new module whose floating-point parameters and buffers have this dtype."""
        wanted = np.dtype(dtype)
        if wanted.kind != "f":
            raise DtypeError(f"a module takes a floating-point dtype, not {wanted.name}")
        floats = {p: x for p, x in survey(self).leaves.items() if x.dtype.kind == "f"}
        return self.tree_rebuild(
            {path: _like(x, np.asarray(x).astype(wanted)) for path, x in floats.items()}
        )

    def replace(self, **changes: Any) -> Self:
        """Return a new module with other values in these fields; no check of `__init__` runs."""
        known = [f.name for f in fields(self)]  # type: ignore[arg-type]
        for name in changes:
            if name not in known:
                raise UsageError(
                    f"{type(self).__name__} has no field {name!r}", hint=nearest(name, known)
                )
        made = object.__new__(type(self))
        vars(made).update({**vars(self), **changes})
        _remember(made, changes)
        return made

    def tree_children(self) -> list[tuple[str, Any]]:
        """Return (path, leaf) of every parameter and buffer below: what pytrees are made of."""
        return list(survey(self).leaves.items())

    def tree_rebuild(self, leaves: Mapping[str, Any]) -> Self:
        """Return this module with other leaves at these paths."""
        made: Self = put(self, leaves)
        return made

    def tree_settings(self) -> Any:
        """Return what the module is made of beside arrays, to be compared with another's."""
        return settings(self)

    def __repr__(self) -> str:
        return show(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle("architecture", lambda: outline(self), lambda: show(self), include, exclude)


def _assign(self: Any, name: str, value: Any) -> None:
    if BUILDING not in vars(self):
        raise frozen(self, name)
    object.__setattr__(self, name, value)


def _refuse(self: Any, name: str) -> None:
    raise frozen(self, name)


def frozen(module: Any, name: str) -> Exception:
    """Say that a module does not change, and what to do instead."""
    return AttributeError(
        f"{type(module).__name__} is frozen, so {name!r} cannot be assigned\n"
        f"hint: new = module.replace({name}=...) returns a changed copy"
    )


def _building(init: Callable[..., None]) -> Callable[..., None]:
    """Let `__init__` assign fields until the outermost one returns."""

    @wraps(init)
    def building(self: Any, *args: Any, **kwargs: Any) -> None:
        outermost = BUILDING not in vars(self)
        vars(self)[BUILDING] = True
        try:
            init(self, *args, **kwargs)
        finally:
            if outermost:
                del vars(self)[BUILDING]

    return building


def _in_scope(call: Callable[..., Any]) -> Callable[..., Any]:
    """Let gates made during the call know the path of the module; the outermost gives the paths."""

    @wraps(call)
    def in_scope(self: Any, *args: Any, **kwargs: Any) -> Any:
        mode = CURRENT.get()
        paths = mode.paths
        if paths is None:
            paths = {id(module): path for path, module in survey(self).modules.items()}
        scope = paths.get(id(self), mode.scope)
        token = CURRENT.set(replace(mode, scope=scope, paths=paths))
        try:
            found = call(self, *args, **kwargs)
        finally:
            CURRENT.reset(token)
        if mode.outputs is not None:
            mode.outputs[scope] = found
        return found

    return in_scope


def _remember(made: Any, changed: Iterable[str]) -> None:
    """Keep what was known about the fields that stay; the others say it by their types."""
    vars(made).pop(TIES, None)
    if KINDS in vars(made):
        kinds = vars(made)[KINDS].items()
        vars(made)[KINDS] = {k: b for k, b in kinds if k.partition(".")[0] not in changed}


def _check_names(here: Iterable[str], given: Iterable[str]) -> None:
    missing = [name for name in here if name not in set(given)]
    unexpected = [name for name in given if name not in set(here)]
    if not missing and not unexpected:
        return
    said = []
    if missing:
        said.append(f"missing: {', '.join(missing)}")
    if unexpected:
        said.append(f"unexpected: {', '.join(unexpected)}")
    hints = [f"{name}: {nearest(name, missing)}" for name in unexpected if missing]
    raise UsageError(f"the arrays do not fit this module; {'; '.join(said)}", hint="; ".join(hints))


def _check_shapes(here: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    wrong = [
        f"{path} is {given[path].shape}, needed {tuple(leaf.shape)}"
        for path, leaf in here.items()
        if given[path].shape != tuple(leaf.shape)
    ]
    if wrong:
        raise ShapeError(f"arrays of other shapes than in this module: {'; '.join(wrong)}")


def _numbers(path: str, value: Any) -> Any:
    try:
        return as_array(np.asarray(value))
    except UsageError as error:
        raise DtypeError(f"{path}: {error.message}") from None


def _like(old: Any, array: Any) -> Any:
    """Return the array as a leaf of the kind that `old` is."""
    if isinstance(old, Tensor):
        return tensor(array, name=old.name)
    return array if isinstance(array, np.ndarray) else np.asarray(array)
