"""A real list goes in, comes out and is taken back: over HTTP, against what `make run` starts.

The list is that of a shop which worked with another till (bench/foreign_list.py). FACET_LIST_ROWS makes it longer. The
tests are the chapters of one story and run in their order.
"""

import csv
import io
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bench import foreign_list
from tests.e2e.instance import Answer, Instance, request, running
from tests.e2e.test_story import upload

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
ROWS = int(os.environ.get("FACET_LIST_ROWS", "200"))
LONGEST_SECONDS = 120 + ROWS / 20
RESTING = ("done", "failed", "unmapped", "checked")
OWN_ROWS = 40  # of the short files of later chapters


class Shop:
    """A running Facet, and what its manager does."""

    def __init__(self, facet: Instance) -> None:
        self.facet = facet
        self.import_id = ""
        self.mapping_id = ""
        self.touched: set[str] = set()

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """What is answered, which must have this status."""
        answer: Answer = self.facet.call("manager", method, path, body)
        assert answer.status == status, answer.body
        return answer.json

    def begin(self, content: bytes, query: str = "", **asked: Any) -> str:
        """An import whose file is on its way."""
        begun = self.ask("POST", f"/imports{query}", {"kind": "customers", **asked}, status=201)
        assert upload(begun["upload"], content).status in (200, 201, 204)
        return str(begun["id"])

    def rest(self, path: str, statuses: tuple[str, ...] = RESTING) -> Any:
        """The job when it is over, or waits for a person."""
        return until(lambda: self.ask("GET", path), lambda job: job["status"] in statuses)

    def whole(self, content: bytes, query: str = "", **asked: Any) -> Any:
        """An import, when it rests."""
        return self.rest(f"/imports/{self.begin(content, query, **asked)}")

    def customers(self, query: str = "") -> Iterator[Any]:
        """Every customer of a list."""
        cursor = ""
        while True:
            page = self.ask("GET", f"/customers?limit=100{query}{cursor}")
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            cursor = f"&cursor={page['next_cursor']}"

    def rows(self, path: str) -> list[Any]:
        """Every row of a job."""
        found, cursor = [], ""
        while True:
            page = self.ask("GET", f"{path}/rows?limit=100{cursor}")
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"


def until(read: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
    """What is read once it is enough."""
    end = time.monotonic() + LONGEST_SECONDS
    while not enough(found := read()):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def counts(job: Mapping[str, Any]) -> dict[str, int]:
    """How its rows came out."""
    return {name: job[name] for name in ("created", "updated", "unchanged", "rejected")}


def table(url: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a file of ours; one to mend is written as the file was that came."""
    text = request(url).body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


FATES = Counter(line.fate for line in foreign_list.lines(ROWS))
EXPECTED = {
    "created": FATES["new"],
    "updated": FATES["known"] + FATES["spelt"],
    "unchanged": FATES["again"],
    "rejected": FATES["broken"] + FATES["taken"],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with running(tmp_path_factory.mktemp("list") / "data", FACET_SAMPLE="0") as facet:
        found = Shop(facet)
        for body in foreign_list.known_before(ROWS):
            found.ask("POST", "/customers", body, status=201)
        yield found


def test_1_columns_are_proposed_and_mapped(shop: Shop) -> None:
    waiting = shop.whole(foreign_list.encoded(ROWS), "?dry_run=true", file_name="clients.csv")
    assert waiting["status"] == "unmapped", waiting
    assert waiting["file"]["encoding"] == "cp1252"
    assert waiting["proposal"], waiting
    shop.import_id = waiting["id"]
    said = {"mapping": foreign_list.MAPPING, "options": foreign_list.OPTIONS, "save_as": "Till"}
    shop.ask("PUT", f"/imports/{shop.import_id}/mapping", said)
    checked = until(lambda: shop.ask("GET", f"/imports/{shop.import_id}"), lambda job: job["status"] == "checked")
    assert (checked["dry_run"], counts(checked)) == (True, EXPECTED)
    assert len(list(shop.customers())) == FATES["known"]


def test_2_it_goes_in_though_everything_is_killed_in_the_middle(shop: Shop) -> None:
    path = f"/imports/{shop.import_id}"
    shop.ask("POST", f"{path}/start", status=202)
    until(lambda: shop.ask("GET", path), lambda job: not job["dry_run"] and job["created"] > ROWS // 10)
    shop.facet.kill()
    shop.facet.start(FACET_SAMPLE="0")
    done = shop.rest(path, ("done", "failed"))
    assert (done["status"], done["progress"], counts(done)) == ("done", 1.0, EXPECTED), done
    _each_row_has_its_result(shop, path)


def _each_row_has_its_result(shop: Shop, path: str) -> None:
    outcome = {"new": "created", "known": "updated", "spelt": "updated", "again": "unchanged"}
    expected = [outcome.get(line.fate, "rejected") for line in foreign_list.lines(ROWS)]
    rows = shop.rows(path)
    assert [row["result"] for row in rows] == expected
    assert [row["row"] for row in rows] == list(range(1, ROWS + 1))
    assert all(row["reason"] for row in rows if row["result"] == "rejected")
    people = {line.person for line in foreign_list.lines(ROWS) if line.fate not in ("broken", "taken")}
    assert len({row["customer_id"] for row in rows if row["result"] != "rejected"}) == len(people)
    everybody = [customer["id"] for customer in shop.customers()]
    assert len(everybody) == len(set(everybody)) == len(people)


def test_3_what_came_is_what_the_file_says(shop: Shop) -> None:
    line = next(foreign_list.lines(1))
    found = shop.ask("GET", f"/customers?external_id={line.cells['N° client']}")["items"]
    assert [(each["given_name"], each["family_name"]) for each in found] == [(line.cells["Prénom"], line.cells["Nom"])]
    timeline = shop.ask("GET", f"/customers/{found[0]['id']}/timeline")["items"]
    assert "Imported (clients.csv, row 1)" in [item["summary"] for item in timeline]
    agreed = [each for each in foreign_list.lines(ROWS) if each.cells["Lettre d’info"] == "oui"]
    people = {each.person for each in agreed if each.fate not in ("broken", "taken")}
    assert len(list(shop.customers("&consent=email.promotions"))) == len(people)
    came = {each["id"] for each in shop.customers(f"&import_id={shop.import_id}")}
    assert len(came) == FATES["new"]


def test_4_bad_rows_come_back_as_a_file_to_mend(shop: Shop) -> None:
    job = shop.ask("GET", f"/imports/{shop.import_id}")
    assert Counter(row["result"] for row in table(job["result_url"])) == Counter(EXPECTED)
    bad = table(job["rejected_url"], delimiter=";")
    sent = [line for line in foreign_list.lines(ROWS) if line.fate in ("broken", "taken")]
    assert [{name: cell.lstrip("'") for name, cell in row.items() if name != "facet_error"} for row in bad] == [
        line.cells for line in sent
    ]
    mended = [
        {**row, "Portable": f"07 {n:08}", "Courriel": "", "Né(e) le": row["Né(e) le"].replace("31/02/1980", "")}
        for n, row in enumerate(bad)
    ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, bad[0].keys())
    writer.writeheader()
    writer.writerows(mended)
    saved = shop.ask("GET", "/imports/mappings")["items"]
    shop.mapping_id = next(each["id"] for each in saved if each["name"] == "Till")
    again = shop.whole(text.getvalue().encode(), mapping_id=shop.mapping_id, options=foreign_list.OPTIONS)
    assert (again["status"], again["created"]) == ("done", len(bad)), again


def test_5_the_same_file_again_changes_nothing(shop: Shop) -> None:
    before = sorted((each["id"], each["version"]) for each in shop.customers())
    again = shop.whole(foreign_list.encoded(ROWS), mapping_id=shop.mapping_id, options=foreign_list.OPTIONS)
    assert again["status"] == "done", again
    assert (again["created"], again["updated"]) == (0, 0), again
    assert sorted((each["id"], each["version"]) for each in shop.customers()) == before


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
def test_6_the_list_comes_out_and_goes_back_in(shop: Shop, file_format: str) -> None:
    everybody = len(list(shop.customers()))
    begun = shop.ask("POST", "/exports", {"format": file_format}, status=202)
    done = shop.rest(f"/exports/{begun['id']}")
    assert (done["status"], done["rows"]) == ("done", everybody), done
    content = request(done["download_url"]).body
    if file_format == "jsonl":
        assert len({json.loads(line)["id"] for line in content.splitlines()}) == everybody
    back = shop.whole(content, format=file_format)
    assert (back["status"], back["unchanged"], back["rejected"]) == ("done", everybody, 0), back


def test_7_a_selection_is_tagged(shop: Shop) -> None:
    lyon = {"filter": {"city": "LYON", "has_email": True}}
    asked = {"selection": lyon, "action": {"kind": "tag", "tags": ["Fête"]}}
    there = len(list(shop.customers("&city=lyon&has_email=true")))
    preview = shop.ask("POST", "/customers/bulk?dry_run=true", asked)
    assert preview["exact"] == (there <= 1000)
    assert preview["count"] == (there if preview["exact"] else 1000)
    begun = shop.ask("POST", "/customers/bulk", asked, status=202)
    done = shop.rest(f"/customers/bulk/{begun['id']}")
    assert (done["status"], done["changed"]) == ("done", there), done
    shop.touched = {row["customer_id"] for row in shop.rows(f"/customers/bulk/{begun['id']}")}
    assert {each["id"] for each in shop.customers("&tag=fete")} == shop.touched
    taken_back = shop.ask("POST", f"/customers/bulk/{begun['id']}/undo", status=202)
    assert shop.rest(f"/undos/{taken_back['id']}")["status"] == "done"
    assert list(shop.customers("&tag=fete")) == []


def test_8_the_import_is_taken_back(shop: Shop) -> None:
    """But for those with whom somebody has worked since: they stay, and the row says why."""
    kept = next(iter(shop.customers(f"&import_id={shop.import_id}")))
    shop.ask("POST", f"/customers/{kept['id']}/notes", {"text": "Wants pearls"}, status=201)
    begun = shop.ask("POST", f"/imports/{shop.import_id}/undo", status=202)
    done = shop.rest(f"/undos/{begun['id']}")
    assert done["status"] == "done", done
    stayed = [row for row in shop.rows(f"/undos/{begun['id']}") if row["result"] == "kept"]
    assert kept["id"] in {row["customer_id"] for row in stayed} <= shop.touched | {kept["id"]}
    assert all(row["reason"] for row in stayed)
    left = {each["id"] for each in shop.customers(f"&import_id={shop.import_id}")}
    assert kept["id"] in left <= {row["customer_id"] for row in stayed}
