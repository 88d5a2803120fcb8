"""Where a node stands: its parents, its function, the constants of its module."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)  # nothing stands in them


@dataclass
class Module:
    """A parsed module."""

    path: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # module constants that are literal texts
    _unparsed: dict[ast.AST, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._enter(self.tree)
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr):
                self._constant(node)

    def _enter(self, parent: ast.AST) -> None:
        for name in parent._fields:
            value = getattr(parent, name)
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST) and not isinstance(child, _PLAIN):
                    self.parents[child] = parent
                    self._enter(child)

    def _constant(self, node: ast.Assign) -> None:
        text = self.literal(node.value)
        if text is not None and isinstance(node.targets[0], ast.Name):
            self.texts[node.targets[0].id] = text

    def literal(self, node: ast.expr) -> str | None:
        """The text of an expression, if the module itself says it; what is filled in counts as one word."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.texts.get(node.id)
        if isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else "x" for each in node.values]
            return "".join(map(str, parts))
        return None

    def text_of(self, node: ast.AST) -> str:
        """The code of a node, whatever its layout and comments."""
        if node not in self._unparsed:
            self._unparsed[node] = ast.unparse(node)
        return self._unparsed[node]

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Its parents, the nearest first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function(self, node: ast.AST) -> Function | None:
        """The outermost function whose body the node is in; None for what runs when the module is imported."""
        found, inner = None, node
        for outer in self.ancestors(node):
            if isinstance(outer, Function) and inner in outer.body:
                found = outer
            inner = outer
        return found

    def where(self, node: ast.AST) -> str:
        """The qualified name of what it is in: classes, functions, at the end the name that is assigned."""
        names: list[str] = []
        for each in self.ancestors(node):
            if isinstance(each, ast.ClassDef | Function):
                names.insert(0, each.name)
            elif isinstance(each, ast.Assign | ast.AnnAssign) and self.function(node) is None and not names:
                target = each.targets[0] if isinstance(each, ast.Assign) else each.target
                names.append(ast.unparse(target))
        return ".".join(names)

    def around(self, node: ast.AST) -> ast.AST:
        """The function or method around it, else the statement."""
        function, last = self.function(node), node
        if function is not None:
            return function
        for each in self.ancestors(node):
            if isinstance(each, ast.Module | ast.ClassDef):
                break
            last = each
        return last


def last_name(node: ast.AST) -> str:
    """The last name of an expression: `check` of `rules.check`; empty for what has none."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def called(node: ast.AST) -> str:
    """The last name of what is called: `check` of `rules.check(...)`; empty for what is no call."""
    return last_name(node.func) if isinstance(node, ast.Call) else ""
