"""How fast a list goes out: the export job of a running instance, beside bare reads of the same customers.

The job runs in the packaged function, from the request to the finished file. The bare reads are what no export can do
without: a Query for each hundred entries of the list and one BatchGetItem of the hundred customers, by a plain client,
one after the other, without looking at what comes.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.clients import Address, Sent, call, connect
from bench.store_calls import bare_client
from chalicelib.repos import keys
from chalicelib.repos.months import months_back
from chalicelib.repos.table import key_of

PAGE = 100
PAUSE_SECONDS = 0.1
LONGEST_SECONDS = 900.0
FORMATS = ("csv", "xlsx", "jsonl")


class NotExported(Exception):
    """An export failed or did not end; the text says which."""


@dataclass(frozen=True)
class ExportSpeed:
    """Customers per second: by an export in one format, and by bare reads."""

    format: str
    rows: int
    rows_per_second: float
    bare_rows_per_second: float

    @property
    def ratio(self) -> float:
        """How many times the bare reads the export takes."""
        return self.bare_rows_per_second / self.rows_per_second


def measure(facet: Address, table: str) -> list[ExportSpeed]:
    """Each format, and the bare reads right behind it. Raises NotExported, Unexpected."""
    return [_one(facet, table, each) for each in FORMATS]


def _one(facet: Address, table: str, file_format: str) -> ExportSpeed:
    began = time.perf_counter()
    rows = _exported(facet, file_format)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    read = _read_bare(table)
    if read != rows:
        raise NotExported(f"The export of {file_format} has {rows} rows, and the table {read} customers.")
    return ExportSpeed(file_format, rows, rows / seconds, read / (time.perf_counter() - began))


def _exported(facet: Address, file_format: str) -> int:
    """How many rows the finished export has."""
    connection = connect(facet)
    asked = json.dumps({"kind": "customers", "format": file_format}).encode()
    begun = json.loads(call(connection, Sent("POST", "/v1/exports", asked, 202), facet.headers))
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        export = json.loads(call(connection, Sent("GET", f"/v1/exports/{begun['id']}", None, 200), facet.headers))
        if export["status"] == "done":
            return int(export["rows"])
        if export["status"] == "failed":
            break
        time.sleep(PAUSE_SECONDS)
    raise NotExported(f"The export of {file_format} is {export['status']}: {export['reason']}.")


def _read_bare(table: str) -> int:
    """How many customers bare calls read."""
    client, read = bare_client(), 0
    for ids in _listed(client, table):
        wanted = [key_of(keys.profile(each)) for each in ids]
        answer = client.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
        read += len(answer["Responses"][table])
    return read


def _listed(client: Any, table: str) -> Iterator[list[str]]:
    for month in months_back(None, datetime.now(UTC)):
        asked: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": keys.listed("active", "", month).pk}},
            "ScanIndexForward": False,
            "Limit": PAGE,
        }
        while True:
            answer = client.query(**asked)
            if ids := [item["sk"]["S"] for item in answer["Items"]]:
                yield ids
            if "LastEvaluatedKey" not in answer:
                break
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
