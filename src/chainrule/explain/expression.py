"""The safe parser of the expressions that people type: `1/(1+exp(-(w*x+b)))`.

The parser keeps a stack of operands and a stack of what waits for them (operators, parentheses,
calls), so depth costs memory and never recursion. No text is ever run as Python.

    sum         a + b, a - b            left to right
    product     a * b, a / b, a @ b     left to right; @ is the matrix product
    sign        -a                      -x^2 is -(x^2), and -x*y is (-x)*y
    power       a ^ b, a ** b, a²       right to left: 2^3^2 is 2^9
    root        √a                      √x² is (√x)²
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, NamedTuple

from chainrule.errors import ExpressionError, nearest
from chainrule.explain.tokens import SUPERSCRIPTS, Token, tokenize
from chainrule.graph.formula import (
    Apply,
    Expression,
    Number,
    Symbol,
    compute,
    fold,
    postorder,
    symbols,
)

DEEPEST = 1000
INFIX = {  # token -> (op, precedence)
    "+": ("add", 1),
    "-": ("subtract", 1),
    "*": ("multiply", 2),
    "/": ("divide", 2),
    "@": ("matmul", 2),
    "**": ("power", 4),
}
PREFIX = {"-": ("negative", 3), "√": ("sqrt", 5)}
POWER = 4
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e, "inf": math.inf, "∞": math.inf}
ALIASES = {
    "ln": "log",
    "pow": "power",
    "sgn": "sign",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "lgamma": "gammaln",
    "ψ": "digamma",
    "sigma": "sigmoid",
    "σ": "sigmoid",
}
USUAL = (
    *("abs", "cos", "exp", "log", "max", "mean", "relu"),
    *("sigmoid", "sin", "softmax", "sqrt", "sum", "tanh"),
)
PARENTHESIZED = {"(": "(...)", ")": "(...)"}  # how a hint shows them
BINARY_ALIASES = {"max": "maximum", "min": "minimum"}  # with two arguments


class Span(NamedTuple):
    """Where a node stands in the text, and the character that makes it what it is."""

    start: int
    end: int
    mark: int


@dataclass(frozen=True)
class Parsed:
    """An expression and the text it came from.

    `spans` is keyed by the identity of the nodes, because equal nodes stand in different places;
    `names` are the variables in order of first use.
    """

    tree: Expression
    text: str
    spans: Mapping[int, Span]
    names: tuple[str, ...]

    def span(self, node: Expression) -> Span:
        """Return where `node`, one of this very tree, stands in the text."""
        return self.spans[id(node)]

    def first_use(self, name: str) -> int:
        """Return the position at which a variable is first used."""
        uses = (n for n in postorder(self.tree) if isinstance(n, Symbol) and n.name == name)
        return self.span(next(uses)).start

    def error(self, node: Expression, message: str, hint: str = "") -> ExpressionError:
        """Return an error that points to `node`."""
        return ExpressionError(message, text=self.text, position=self.span(node).mark, hint=hint)

    def evaluate(
        self, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> Any:
        """Compute the expression; a failure points to the operator or function that failed."""

        def visit(node: Expression, inputs: list[Any]) -> Any:
            try:
                return compute(node, inputs, values, functions)
            except (ValueError, TypeError, ZeroDivisionError) as error:
                message = getattr(error, "message", str(error))
                raise self.error(node, message, getattr(error, "hint", "")) from error

        return fold(self.tree, visit)


def parse(text: str, functions: Collection[str] | Mapping[str, int]) -> Parsed:
    """Parse an expression whose functions are named in `functions`.

    Given a mapping, its values are the numbers of arguments, -1 for any. Raises `ExpressionError`,
    which knows the position of the character that is wrong.

    >>> parse("2*x^2 + y", functions=["exp"]).tree
    add(multiply(2.0, power(x, 2.0)), y)
    """
    text = re.sub(r"\s", " ", text)  # so that a pointer under the text points right
    if not text.strip():
        hint = "write something like x*y + 1"
        raise ExpressionError("the expression is empty", text=text, position=0, hint=hint)
    parser = _Parser(text, functions)
    tree = parser.run()
    return Parsed(tree, text, parser.spans, symbols(tree))


class _Operand(NamedTuple):
    node: Expression
    start: int
    end: int


class _Waiting(NamedTuple):
    """An operator, an open parenthesis or an open call on the stack."""

    kind: str  # "prefix", "infix", "group" or "call"
    op: str
    token: Token
    precedence: int
    height: int  # of the stack of operands, when this was put on its own


class _Parser:
    def __init__(self, text: str, functions: Collection[str] | Mapping[str, int]) -> None:
        self.text = text
        self.functions = functions
        self.tokens = tokenize(text)
        self.at = 0
        self.operands: list[_Operand] = []
        self.waiting: list[_Waiting] = []
        self.spans: dict[int, Span] = {}

    def run(self) -> Expression:
        wants_operand = True
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            wants_operand = self.operand(token) if wants_operand else self.operator(token)
            self.at += 1
        return self.operands[0].node

    def peek(self, distance: int) -> Token:
        return self.tokens[min(self.at + distance, len(self.tokens) - 1)]

    # Where an operand must come. Each method returns whether the next token must be one, too.

    def operand(self, token: Token) -> bool:
        if token.kind == "number":
            return self.number(token, token.text)
        if token.kind == "name":
            return self.name(token)
        if token.kind == "(":
            return self.wait("group", "(", token, 0)
        if token.kind == "+":
            return True
        if token.kind == "-" and self.negates_constant():
            self.at += 1
            return self.operand(self.tokens[self.at]) or self.negate(token)
        if token.kind in PREFIX:
            return self.wait("prefix", PREFIX[token.kind][0], token, PREFIX[token.kind][1])
        if token.kind == ")" and self.waiting and self.peek(-1).kind == "(":
            return self.close(token)
        raise self.missing(token)

    def negates_constant(self) -> bool:
        """Tell whether the minus here makes a negative constant: not in -x and not in -2^2."""
        constant = self.peek(1).kind == "number" or self.peek(1).text in CONSTANTS
        return constant and self.peek(2).kind not in ("**", "exponent", "(")

    def negate(self, minus: Token) -> bool:
        constant = self.operands.pop()
        assert isinstance(constant.node, Number)
        return self.push(Number(-constant.node.value), minus.start, constant.end, minus.start)

    def number(self, token: Token, digits: str) -> bool:
        value = float(digits)
        if math.isinf(value):
            raise self.error("this number is too large", token, "the largest is about 1.8e308")
        return self.push(Number(value), token.start, token.end, token.start)

    def name(self, token: Token) -> bool:
        if self.peek(1).kind == "(":
            self.require_function(token)
            self.at += 1
            return self.wait("call", token.text, token, 0)
        if iskeyword(token.text):
            message = f"{token.text!r} is a word of Python, and no name of a variable"
            raise self.error(message, token, f"write another name, such as {token.text[:3]}")
        constant = CONSTANTS.get(token.text)
        node = Symbol(token.text) if constant is None else Number(constant)
        return self.push(node, token.start, token.end, token.start)

    def push(self, node: Expression, start: int, end: int, mark: int) -> bool:
        self.operands.append(_Operand(node, start, end))
        self.spans[id(node)] = Span(start, end, mark)
        return False

    def wait(self, kind: str, op: str, token: Token, precedence: int) -> bool:
        if len(self.waiting) >= DEEPEST:
            hint = "split it into parts"
            raise self.error(f"the expression is nested more than {DEEPEST} deep", token, hint)
        self.waiting.append(_Waiting(kind, op, token, precedence, len(self.operands)))
        return True

    # Where an operand has just ended.

    def operator(self, token: Token) -> bool:
        if token.kind in INFIX:
            op, precedence = INFIX[token.kind]
            self.reduce(precedence + (token.kind == "**"))
            return self.wait("infix", op, token, precedence)
        if token.kind == "exponent":
            return self.exponent(token)
        if token.kind in (")", ","):
            self.reduce(0)
            return self.close(token) if token.kind == ")" else self.comma(token)
        if token.kind == "end":
            self.reduce(0)
            return self.finish()
        raise self.side_by_side(token)

    def reduce(self, precedence: int) -> None:
        """Apply the operators on the stack that bind at least as strongly as `precedence`."""
        while self.waiting and self.waiting[-1].kind in ("prefix", "infix"):
            if self.waiting[-1].precedence < precedence:
                return
            top = self.waiting.pop()
            self.combine(top.op, 1 if top.kind == "prefix" else 2, top.token)

    def combine(self, op: str, count: int, token: Token) -> bool:
        """Replace the last `count` operands by the op applied to them."""
        inputs = self.operands[-count:]
        del self.operands[-count:]
        start = min(token.start, inputs[0].start)
        end = max(token.end, inputs[-1].end)
        return self.push(Apply(op, tuple(i.node for i in inputs)), start, end, token.start)

    def exponent(self, token: Token) -> bool:
        self.reduce(POWER + 1)
        self.number(token, token.text.translate(SUPERSCRIPTS))
        return self.combine("power", 2, token)

    def close(self, token: Token) -> bool:
        if not self.waiting:
            raise self.error("this ')' closes nothing", token, "remove it, or add a '(' before it")
        opened = self.waiting.pop()
        count = len(self.operands) - opened.height
        if opened.kind == "call":
            self.combine(self.called(opened.token, count), count, opened.token)
        elif count == 0:
            raise self.error("these parentheses are empty", opened.token)
        node = self.operands[-1].node
        self.operands[-1] = _Operand(node, opened.token.start, token.end)
        if opened.kind == "call":
            self.spans[id(node)] = Span(opened.token.start, token.end, opened.token.start)
        return False

    def comma(self, token: Token) -> bool:
        if not self.waiting or self.waiting[-1].kind != "call":
            digits = self.peek(-1).kind == self.peek(1).kind == "number"
            hint = "decimals have a point: 1.5" if digits else "as in max(x, y)"
            raise self.error("this comma stands outside of a function's arguments", token, hint)
        return True

    def finish(self) -> bool:
        if self.waiting:
            opened = self.waiting[-1].token
            position = opened.end if self.waiting[-1].kind == "call" else opened.start
            while self.text[position] != "(":
                position += 1
            raise ExpressionError("this '(' is never closed", text=self.text, position=position)
        return False

    # Functions.

    def require_function(self, token: Token) -> None:
        """Raise unless the name before a parenthesis is a function."""
        name = token.text
        stands_for = (name, ALIASES.get(name), BINARY_ALIASES.get(name))
        if any(n in self.functions for n in stands_for if n is not None):
            return
        if name in CONSTANTS or name in self.variables() or re.fullmatch(r"[^\W\d]\d*", name):
            hint = f"for a product write {name}*(...)"
            raise self.error(f"{name!r} is not a function", token, hint)
        known = [*self.functions, *(a for a, n in ALIASES.items() if n in self.functions)]
        hint = nearest(name, known)
        if not hint.startswith("did") and len(known) > len(USUAL):
            hint = f"functions are {', '.join(f for f in USUAL if f in known)} and others"
        raise self.error(f"unknown function {name!r}", token, hint)

    def variables(self) -> set[str]:
        following = self.tokens[1:]
        pairs = zip(self.tokens, following, strict=False)
        return {t.text for t, after in pairs if t.kind == "name" and after.kind != "("}

    def called(self, token: Token, count: int) -> str:
        """Return the op that a call means, having checked the number of its arguments."""
        name = token.text
        binary = BINARY_ALIASES.get(name)
        op = name if name in self.functions else ALIASES.get(name, name)
        if binary in self.functions and (count != 1 or op not in self.functions):
            op = str(binary)
        hint = f"nest them: {name}(a, {name}(b, c))" if name in BINARY_ALIASES and count > 2 else ""
        wanted = self.functions[op] if isinstance(self.functions, Mapping) else -1
        if count != wanted and (wanted >= 0 or count == 0):
            least = wanted if wanted >= 0 else "at least 1"
            plural = "" if wanted in (1, -1) else "s"
            raise self.error(f"{name} takes {least} argument{plural}, got {count}", token, hint)
        return op

    # Errors.

    def error(self, message: str, token: Token, hint: str = "") -> ExpressionError:
        return ExpressionError(message, text=self.text, position=token.start, hint=hint)

    def missing(self, token: Token) -> ExpressionError:
        before = f"after {self.peek(-1).text!r}" if self.at else "at the start"
        if token.kind not in ("end", "exponent"):
            before += f" and before {token.text!r}" if self.at else f", before {token.text!r}"
        return self.error(f"a number or a name is missing {before}", token)

    def side_by_side(self, token: Token) -> ExpressionError:
        before = self.peek(-1)
        if before.kind == "name" and before.text in self.functions:
            hint = f"a function's argument stands in parentheses: {before.text}({token.text})"
        elif before.kind == token.kind == "number":
            hint = "a number has one decimal point and no spaces"
        else:
            left, right = (PARENTHESIZED.get(t.kind, t.text) for t in (before, token))
            if before.kind == "exponent":
                left = PARENTHESIZED.get(self.peek(-2).kind, self.peek(-2).text) + left
            hint = f"for a product write {left}*{right}"
        return self.error(f"{before.text!r} and {token.text!r} stand side by side", token, hint)
