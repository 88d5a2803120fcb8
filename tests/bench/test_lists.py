"""What the figures of lists mean, and that the foreign list is what it says; no figure itself is tested."""

import csv
import io
from collections import Counter

from bench import foreign_list, lists
from bench.duplicate_run import Measured
from bench.export_speed import ExportSpeed
from bench.import_speed import Speed
from bench.lists import Lists
from chalicelib.domain.customers.model import NewCustomer

ROWS = 400


def _looked_through(customers: int, seconds: float) -> Measured:
    return Measured(customers, seconds, 10, 3, 3, 1.0, 1.0, 0, 50.0, {})


def _lists(import_ratio: float, seconds: float) -> Lists:
    went = [ExportSpeed("csv", 100, rows_per_second=500, bare_rows_per_second=1000)]
    runs = [_looked_through(10_000, 1.0), _looked_through(100_000, seconds)]
    return Lists(Speed(300, 400, import_ratio, 40, 5), went, runs)


def test_a_missed_aim_of_lists_is_said() -> None:
    good, bad = lists.document(_lists(0.5, 16.0)), lists.document(_lists(0.49, 17.0))
    assert (good["import"]["ratio"]["met"], bad["import"]["ratio"]["met"]) == (True, False)
    assert (good["duplicates_growth"]["met"], bad["duplicates_growth"]["met"]) == (True, False)
    assert good["exports"][0]["ratio"] == {"value": 2.0, "aim": lists.EXPORT_AIM, "met": True}
    said = "\n".join(lists.lines(bad))
    assert said.count("MISSED") == 2
    assert "300 rows a second" in said


def test_the_foreign_list_is_the_same_every_time_and_reads_back() -> None:
    content = foreign_list.encoded(ROWS)
    assert content == foreign_list.encoded(ROWS)
    rows = list(csv.DictReader(io.StringIO(content.decode("cp1252"), newline=""), delimiter=";"))
    assert rows == [line.cells for line in foreign_list.lines(ROWS)]
    assert b"\x92" in content  # an apostrophe that Latin-1 has not


def test_the_foreign_list_has_every_kind_of_row() -> None:
    counted = Counter(line.fate for line in foreign_list.lines(ROWS))
    assert counted == {"new": ROWS - 5 * ROWS // 100, **dict.fromkeys(foreign_list.FATES.values(), ROWS // 100)}
    new = [line for line in foreign_list.lines(ROWS) if line.fate in ("new", "known")]
    assert len({line.cells["N° client"] for line in new}) == len(new)
    assert len({foreign_list._digits(line.person) for line in new}) == len(new)
    birthdays = {len(line.cells["Né(e) le"]) for line in new}
    assert birthdays == {0, len("24/04"), len("24/04/1990")}


def test_those_who_are_known_before_are_customers() -> None:
    known = list(foreign_list.known_before(ROWS))
    assert len(known) == ROWS // 100
    for body in known:
        NewCustomer.model_validate(body)


def test_every_column_but_one_is_mapped_once() -> None:
    assert len(set(foreign_list.MAPPING.values())) == len(foreign_list.MAPPING) == len(foreign_list.HEADER) - 1
