"""Calls of a table as the app makes them, and wrong ones, to be made up by Hypothesis; and what they are answered.

`$` in a text stands for the run: its partitions are its own.
"""

from typing import Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st

TABLE = "facet-differential"
Call = tuple[str, dict[str, Any]]
_SECONDARY = frozenset(("ResponseMetadata", "ConsumedCapacity", "UnprocessedItems", "MD5OfMessageBody", "MessageId"))

SORTS = ("A#1", "A#2", "A#10", "B#1", "B#é", "C", "PROFILE")
NAMES = ("version", "holders", "holder", "tags", "told", "given", "last_contact_at", "expires_at")
VALUES: list[Any] = [
    *({"N": text} for text in ("0", "1", "2", "-1", "10")),
    *({"S": text} for text in ("", "a", "ab", "2026-11-22", "x" * 300)),
    *({"BOOL": flag} for flag in (True, False)),
    {"L": [{"S": "a"}, {"S": "b"}]},
    {"L": []},
    {"M": {"language": {"S": "de-AT"}, "born": {"N": "3"}}},
    {"SS": ["a", "b"]},
]
CONDITIONS: list[dict[str, Any]] = [
    {"ConditionExpression": "attribute_not_exists(pk)"},
    {"ConditionExpression": "attribute_exists(pk)"},
    {"ConditionExpression": "version = :before", "ExpressionAttributeValues": {":before": {"N": "1"}}},
    {
        "ConditionExpression": "#v = :v AND (attribute_not_exists(given) OR given = :g)",
        "ExpressionAttributeNames": {"#v": "version"},
        "ExpressionAttributeValues": {":v": {"N": "1.0"}, ":g": {"S": "a"}},
    },
    {
        "ConditionExpression": "(attribute_not_exists(last_contact_at) OR last_contact_at < :c)",
        "ExpressionAttributeValues": {":c": {"S": "2026"}},
    },
    {
        "ConditionExpression": "attribute_exists(pk) AND (attribute_not_exists(told) OR NOT contains(told, :p))",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    },
    {"ConditionExpression": "tags = :l", "ExpressionAttributeValues": {":l": {"L": [{"S": "a"}, {"S": "b"}]}}},
    {"ConditionExpression": "contains(tags, :p)", "ExpressionAttributeValues": {":p": {"S": "a"}}},
    {"ConditionExpression": "holders >= :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
    {
        "ConditionExpression": "given BETWEEN :a AND :b",
        "ExpressionAttributeValues": {":a": {"S": "A"}, ":b": {"S": "b"}},
    },
    {"ConditionExpression": "tags.language = :l", "ExpressionAttributeValues": {":l": {"S": "de-AT"}}},
    {
        "ConditionExpression": "begins_with(#t.#l, :l)",
        "ExpressionAttributeNames": {"#t": "tags", "#l": "language"},
        "ExpressionAttributeValues": {":l": {"S": "de"}},
    },
]
WRONG: list[dict[str, Any]] = [
    {"ConditionExpression": "version = :before"},
    {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeValues": {":x": {"S": "a"}}},
    {"ConditionExpression": "#n = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}},
    {"ConditionExpression": "attribute_exists(pk)", "ExpressionAttributeNames": {"#x": "given"}},
    {"ConditionExpression": "status = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}},
    {"ConditionExpression": "version ="},
    {"ConditionExpression": ""},
]
UPDATES: list[dict[str, Any]] = [
    {"UpdateExpression": "SET given = :g", "ExpressionAttributeValues": {":g": {"S": "b"}}},
    {"UpdateExpression": "ADD version :one", "ExpressionAttributeValues": {":one": {"N": "1"}}},
    {
        "UpdateExpression": "SET holders = holders + :one, holder = :me",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":me": {"S": "m"}},
    },
    {"UpdateExpression": "SET holders = holders - :one", "ExpressionAttributeValues": {":one": {"N": "1"}}},
    {"UpdateExpression": "ADD told :who", "ExpressionAttributeValues": {":who": {"SS": ["c", "a"]}}},
    {"UpdateExpression": "REMOVE pending_pk, pending_sk, given"},
    {
        "UpdateExpression": "SET #s = :s REMOVE tags ADD version :one",
        "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":s": {"S": "open"}, ":one": {"N": "1"}},
    },
    {"UpdateExpression": "SET pending_pk = :p", "ExpressionAttributeValues": {":p": {"S": "PENDING"}}},
    {"UpdateExpression": "SET sk = :p", "ExpressionAttributeValues": {":p": {"S": "PENDING"}}},
    {"UpdateExpression": "SET given = nothing_here"},
]


def key_of(sort: str) -> dict[str, Any]:
    """The key of an item of the run."""
    return {"pk": {"S": "$"}, "sk": {"S": sort}}


sorts = st.sampled_from(SORTS)
attributes = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=4)
pending = st.one_of(
    st.just({}),
    st.builds(lambda at: {"pending_pk": {"S": "PENDING$"}, "pending_sk": {"S": at}}, st.sampled_from(("1", "2", "30"))),
)
items = st.builds(lambda sort, more, waits: {**key_of(sort), **more, **waits}, sorts, attributes, pending)
conditions: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}), st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS), st.sampled_from(WRONG)
)
old = st.sampled_from(({}, {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}))
puts = st.builds(lambda item, guard, told: {"Item": item, **guard, **told}, items, conditions, old)
deletes = st.builds(lambda sort, guard, told: {"Key": key_of(sort), **guard, **told}, sorts, conditions, old)


def _merged(change: dict[str, Any], guard: dict[str, Any]) -> dict[str, Any]:
    both = {**guard, **change}
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if name in change or name in guard:
            both[name] = {**guard.get(name, {}), **change.get(name, {})}
    return both


updates = st.builds(
    lambda sort, change, guard, told: {"Key": key_of(sort), **_merged(change, guard), **told},
    *(sorts, st.sampled_from(UPDATES), conditions, old),
)
checks = st.builds(
    lambda sort, guard, told: {"Key": key_of(sort), **guard, **told}, sorts, st.sampled_from(CONDITIONS), old
)
operations = st.one_of(
    puts.map(lambda body: {"Put": {"TableName": TABLE, **body}}),
    puts.map(lambda body: {"Put": {"TableName": TABLE, **body}}),
    updates.map(lambda body: {"Update": {"TableName": TABLE, **body}}),
    deletes.map(lambda body: {"Delete": {"TableName": TABLE, **body}}),
    checks.map(lambda body: {"ConditionCheck": {"TableName": TABLE, **body}}),
)
spans = st.sampled_from(
    [
        ("pk = :pk", {}),
        ("pk = :pk AND begins_with(sk, :a)", {":a": {"S": "A#"}}),
        ("pk = :pk AND sk BETWEEN :a AND :b", {":a": {"S": "A#10"}, ":b": {"S": "B#zzz"}}),
        ("pk = :pk AND sk > :a", {":a": {"S": "A#10"}}),
        ("pk = :pk AND sk <= :a", {":a": {"S": "B#1"}}),
        ("pk = :pk AND sk = :a", {":a": {"S": "C"}}),
        ("pk = :pk AND sk BETWEEN :a AND :b", {":a": {"S": "C"}, ":b": {"S": "B"}}),
    ]
)
pages = st.fixed_dictionaries({}, optional={"Limit": st.integers(1, 4), "ScanIndexForward": st.booleans()})
filters = st.sampled_from(
    [
        ({}, {}),
        ({}, {}),
        ({"FilterExpression": "version = :one"}, {":one": {"N": "1"}}),
        ({"FilterExpression": "NOT contains(tags, :one)"}, {":one": {"S": "a"}}),
        ({"ProjectionExpression": "#v, sk", "ExpressionAttributeNames": {"#v": "version"}}, {}),
    ]
)
starts = st.one_of(st.just({}), st.just({}), sorts.map(lambda sort: {"ExclusiveStartKey": key_of(sort)}))


def query(span: Any, page: Any, narrowed: Any, start: Any) -> Call:
    """A query of a span of sort keys, page by page, narrowed by a filter or projection."""
    values = {":pk": {"S": "$"}, **span[1], **narrowed[1]}
    return "query", {
        "TableName": TABLE, "KeyConditionExpression": span[0], "ExpressionAttributeValues": values,
        "ConsistentRead": True, **page, **narrowed[0], **start,
    }  # fmt: skip


def index_query(page: Any, before: str) -> Call:
    """A query of the index, as the sweep makes it."""
    values = {":pk": {"S": "PENDING$"}, ":before": {"S": before}}
    condition = "pending_pk = :pk AND pending_sk < :before"
    return "query", {
        "TableName": TABLE, "IndexName": "pending", "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values, **page,
    }  # fmt: skip


calls = st.one_of(
    st.lists(operations, min_size=1, max_size=5).map(lambda each: ("transact_write_items", {"TransactItems": each})),
    st.lists(operations, min_size=1, max_size=5).map(lambda each: ("transact_write_items", {"TransactItems": each})),
    puts.map(lambda body: ("put_item", {"TableName": TABLE, **body})),
    updates.map(lambda body: ("update_item", {"TableName": TABLE, **body})),
    deletes.map(lambda body: ("delete_item", {"TableName": TABLE, **body})),
    sorts.map(lambda sort: ("get_item", {"TableName": TABLE, "Key": key_of(sort), "ConsistentRead": True})),
    st.lists(sorts, min_size=1, max_size=4).map(
        lambda each: ("batch_get_item", {"RequestItems": {TABLE: {"Keys": [key_of(sort) for sort in each]}}})
    ),
    st.builds(query, spans, pages, filters, starts),
    st.builds(index_query, pages, st.sampled_from(("2", "9"))),
)


def plain(value: Any) -> Any:
    """An answer without what may differ: the order of sets and of a batch, texts, ids."""
    if isinstance(value, dict):
        return {
            name: sorted(inner)
            if name == "SS"
            else sorted(map(plain, inner), key=repr)
            if name == TABLE
            else plain(inner)
            for name, inner in value.items()
            if name not in _SECONDARY
        }
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def refused(error: ClientError) -> Any:
    """What a refusal says that a caller could act on."""
    answer: Any = error.response
    reasons = [(each.get("Code"), plain(each.get("Item"))) for each in answer.get("CancellationReasons", ())]
    return type(error).__name__, answer["Error"]["Code"], reasons, plain(answer.get("Item"))


def outcome(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
    """What a call answers."""
    try:
        return plain(getattr(client, operation)(**arguments))
    except ClientError as error:
        return refused(error)


def named(value: Any, run: str) -> Any:
    """The same calls in partitions of their own."""
    if isinstance(value, dict):
        return {name: named(inner, run) for name, inner in value.items()}
    if isinstance(value, list):
        return [named(each, run) for each in value]
    return value.replace("$", run) if isinstance(value, str) else value
