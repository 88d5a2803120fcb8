"""Search by name: what begins as typed first, then what is one typo away.

One edit always leaves the first or the last half of a word intact, so one Query on the beginnings and one on the
reversed ends find every candidate (the two halves leave one letter between them, so a swap is found too). A customer
is shown once: by the first of its matching words, and in the second stage only when nothing matched as typed.
"""

from dataclasses import dataclass

from chalicelib.domain.customers.search import NameQuery
from chalicelib.repos import keys
from chalicelib.repos.found import Found, Position
from chalicelib.repos.table import Item, Range, Table

EXAMINED_A_QUERY = 500
AS_TYPED, WITH_TYPO = "typed", "typo"
DONE = ""
FIELDS = ("sk", "words")


@dataclass(frozen=True)
class _Candidate:
    """An entry that matched: the customer, and the sort key to go on after."""

    customer_id: str
    sort_key: str


def names(table: Table, query: NameQuery, limit: int, position: Position) -> Found:
    """One page of customers whose names the query finds."""
    if position.get("s", AS_TYPED) == AS_TYPED:
        found = _as_typed(table, query, limit, position)
        if found.ids or found.next is None or found.next.get("s") == AS_TYPED:
            return found
        position = found.next
    return _with_typo(table, query, limit, position)


def _as_typed(table: Table, query: NameQuery, limit: int, position: Position) -> Found:
    key = keys.name_word(query.driver, "")
    examined = limit if len(query.words) == 1 else EXAMINED_A_QUERY
    page = table.query(Range(key.pk, begins=query.driver, after=position.get("k"), limit=examined, fields=FIELDS))
    ids: list[tuple[str, Position]] = []
    for item in page.items:
        name = item["words"].split(" ")
        word, customer_id = item["sk"].split("#")
        if word == min(query.as_typed(name)) and query.accepts_words(name):
            ids.append((customer_id, {"s": AS_TYPED, "k": item["sk"]}))
    if page.last:
        return Found(ids, {"s": AS_TYPED, "k": page.last})
    return Found(ids, {"s": WITH_TYPO} if query.forgiving else None)


def _with_typo(table: Table, query: NameQuery, limit: int, position: Position) -> Found:
    ids: list[tuple[str, Position]] = []
    forwards, backwards = position.get("f"), position.get("r")
    if forwards != DONE:
        found, last = _candidates(table, query, forwards, reverse=False)
        ids.extend((each.customer_id, _typo(each.sort_key, backwards)) for each in found[:limit])
        forwards = ids[-1][1]["f"] if len(found) > limit else last or DONE
    if backwards != DONE and len(ids) < limit:
        room = limit - len(ids)
        found, last = _candidates(table, query, backwards, reverse=True)
        ids.extend((each.customer_id, _typo(forwards, each.sort_key)) for each in found[:room])
        backwards = ids[-1][1]["r"] if len(found) > room else last or DONE
    return Found(ids, None if (forwards, backwards) == (DONE, DONE) else _typo(forwards, backwards))


def _typo(forwards: str | None, backwards: str | None) -> Position:
    return {"s": WITH_TYPO, "f": forwards, "r": backwards}


def _candidates(
    table: Table, query: NameQuery, after: str | None, *, reverse: bool
) -> tuple[list[_Candidate], str | None]:
    if reverse:
        key, beginning = keys.name_word_reversed(query.last_half, ""), query.last_half[::-1]
    else:
        key, beginning = keys.name_word(query.first_half, ""), query.first_half
    page = table.query(Range(key.pk, begins=beginning, after=after, limit=EXAMINED_A_QUERY, fields=FIELDS))
    matches = [candidate for item in page.items if (candidate := _match(query, item, reverse=reverse))]
    return matches, page.last


def _match(query: NameQuery, item: Item, *, reverse: bool) -> _Candidate | None:
    word, customer_id = item["sk"].split("#")
    if reverse:
        word = word[::-1]
    if reverse == word.startswith(query.first_half) or not query.forgives(word):
        return None  # most candidates end here, so the rest of the name is looked at for few
    name = item["words"].split(" ")
    forgiven = query.with_typo(name)
    if word != min(forgiven) or query.as_typed(name) or not query.accepts_words(name):
        return None
    return _Candidate(customer_id, item["sk"])
