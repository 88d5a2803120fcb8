"""How guards are found in code, named, and taken away."""

import ast
from typing import Any

import pytest

from tests.support.guards import children, rewriting, running
from tests.support.guards.finding import found_in, guards
from tests.support.guards.place import Module

PATH = "chalicelib/domain/consents/made_up.py"
CODE = '''
FREE = "attribute_not_exists(pk) AND version = :before"
Name = Annotated[str, Field(max_length=200), AfterValidator(plain)]

def add(work, item, roles):
    """Add it."""
    if item is None or item.gone > 2:
        raise Conflict("gone")
    check_name(item.name)
    work.put(item.key, condition=FREE, otherwise=lambda _: Conflict("there"))
    work.audit(item)
    return [each for each in item.tags if each.visible_to(roles)]
'''


def kinds(code: str) -> list[str]:
    return [guard.id.partition("::")[2] for guard, _ in found_in(Module(PATH, ast.parse(code)))]


def test_each_kind_of_guard_is_found() -> None:
    assert {each.split("::")[1] for each in kinds(CODE)} == {
        *("constraint", "clause", "refusal", "check", "condition", "otherwise", "entry", "role", "skip")
    }


def test_every_part_of_a_condition_is_a_guard() -> None:
    conditions = [name for name in kinds(CODE) if "::condition::" in name]
    assert [name.rpartition(" / ")[2] for name in conditions] == ["attribute_not_exists(pk)", "version = :before"]


def test_names_stay_when_lines_move_and_layout_changes() -> None:
    moved = CODE.replace("def add", "\n\n# a reason\ndef add").replace(
        "check_name(item.name)", "check_name(\n        item.name\n    )"
    )
    assert kinds(moved) == kinds(CODE)


def test_two_alike_have_two_names() -> None:
    twice = 'def f(x):\n    if x: raise Conflict("a")\n    if not x: raise Conflict("a")\n'
    assert [name for name in kinds(twice) if name.endswith("#2")] == ["f::refusal::raise Conflict('a') #2"]


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ("a = :a", ["a = :a"]),
        ("a = :a AND b = :b", ["a = :a", "b = :b"]),
        ("a = :a AND (b = :b OR c = :c)", ["a = :a", "(b = :b OR c = :c)"]),
        ("a = :a OR b = :b AND c = :c", ["a = :a OR b = :b AND c = :c"]),
        ("a BETWEEN :a AND :b", ["a BETWEEN :a AND :b"]),
    ],
)
def test_a_condition_comes_apart_where_it_is_a_plain_conjunction(condition: str, parts: list[str]) -> None:
    assert running.conjuncts(condition) == parts


def test_a_condition_that_is_taken_away_keeps_its_names_and_values_in_use() -> None:
    assert running.always(None, -1) is None
    assert running.always("a = :a", -1) == f"(a = :a) OR {running.ANY}"
    assert running.always("a = :a AND b = :b", 1) == f"a = :a AND ((b = :b) OR {running.ANY})"


def without(code: str, kind: str) -> dict[str, Any]:
    """The names of the code once its first guard of this kind is taken away."""
    module = Module(PATH, ast.parse(code))
    found = next(found for guard, found in found_in(module) if guard.kind == kind)
    names: dict[str, Any] = {}
    exec(rewriting._compiled(module, {found.node: [found.without]}), names)  # noqa: S102 -- written above
    return names


def test_what_is_taken_away_is_gone_and_nothing_else() -> None:
    code = "def f(x):\n    if x < 0 or x > 9: raise ValueError(x)\n    if x == 5: raise KeyError\n    return x\n"
    whole = without(code, "refusal")["f"]
    assert (whole(-1), whole(10)) == (-1, 10)
    with pytest.raises(KeyError):
        whole(5)
    part = without(code, "clause")["f"]
    assert part(-1) == -1
    with pytest.raises(ValueError, match="10"):
        part(10)


def test_a_child_says_what_turned_red_and_what_went_wrong() -> None:
    assert children.outcome_of(lambda: "a test") == children.Outcome("a test")
    assert children.outcome_of(lambda: None).red is None
    assert "ZeroDivisionError" in children.outcome_of(lambda: str(1 // 0)).defect


def test_a_child_that_never_ends_is_stopped() -> None:
    def never() -> None:
        while True:
            pass

    assert children.outcome_of(never, seconds=0.2).defect == "it does not end"


def test_the_application_has_guards_of_every_kind() -> None:
    assert {guard.kind for guard in guards().values()} >= {
        *("condition", "otherwise", "entry", "hidden", "refusal", "check", "clause", "skip"),
        *("constraint", "owner", "role", "signature", "harmless", "limit", "route"),
    }
