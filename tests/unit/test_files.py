"""The store of files: what its silence means, and a file that another takes the place of."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.call import Actor
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.run import Failed
from chalicelib.repos.exports import ExportFiles
from chalicelib.repos.files import BLOCK, MOST_WHOLE_BYTES, Files, Uploaded
from chalicelib.repos.import_files import write_csv, write_result
from tests.support.memory import Cloud, serving


def answered(status: int) -> Exception:
    answer: Any = {"Error": {"Code": "Some"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: Exception = ClientError(answer, "GetObject")
    return error


class Store:
    """A client whose every call fails in one way."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def __getattr__(self, _: str) -> Callable[..., Any]:
        def call(**_: Any) -> Any:
            raise self._failure

        return call


@pytest.mark.parametrize(
    "failure",
    [answered(500), answered(503), ReadTimeoutError(endpoint_url="http://store.invalid")],
    ids=["500", "503", "silence"],
)
def test_a_store_that_does_not_answer_is_tried_again_later(failure: Exception) -> None:
    files = Files(Store(failure), "files")
    with pytest.raises(Unavailable):
        files.put("key", io.BytesIO(b"text"))


def test_a_store_that_refuses_is_not() -> None:
    files = Files(Store(answered(403)), "files")
    with pytest.raises(ClientError):
        files.send("get_object", Key="key")


@pytest.fixture
def uploaded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A file of a little more than one block, in an account of its own."""
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    cloud = Cloud()
    cloud.make_bucket("files")
    with serving(cloud):
        client = boto3.client("s3", region_name="us-east-1")
        client.put_object(Bucket="files", Key="key", Body=b"a" * (BLOCK + 1))
        yield client, Uploaded(Files(client, "files"), "key")


def test_two_uploads_are_never_read_as_one(uploaded: Any) -> None:
    client, file = uploaded
    blocks = file.blocks(file.describe(), 0)
    assert next(blocks) == b"a" * BLOCK
    client.put_object(Bucket="files", Key="key", Body=b"b" * (BLOCK + 1))
    with pytest.raises(Unreadable, match="Another file was uploaded"):
        next(blocks)


def test_a_file_that_is_gone_says_so(uploaded: Any) -> None:
    client, file = uploaded
    before = file.describe()
    client.delete_object(Bucket="files", Key="key")
    with pytest.raises(Unreadable, match="gone"):
        next(file.blocks(before, 0))


def test_an_export_that_no_disk_holds_fails_before_it_is_read() -> None:
    parts = [["1.jsonl", "tag", MOST_WHOLE_BYTES], ["2.jsonl", "tag", 1]]
    job = Job("exp_1", "export", "running", Actor("usr_1", "Meera"), "", 0, {"format": "jsonl"}, {"parts": parts})
    with pytest.raises(Failed, match="3 GB"):
        ExportFiles(Files(Store(AssertionError("read")), "files"), job).join(lambda: None)


# --- what spreadsheets would calculate --------------------------------------------------------------------------------

FORMULA = "=1+1"


def written(write: Callable[[io.BytesIO], None]) -> str:
    file = io.BytesIO()
    write(file)
    return file.getvalue().decode("utf-8-sig")


@pytest.mark.parametrize("place", ["customer_id", "field", "reason"])
def test_the_result_of_an_import_holds_no_formula(place: str) -> None:
    cell: Any = {place: FORMULA}
    found = RowResult(1, "rejected", **cell)
    text = written(lambda file: write_result([found], file))
    assert f"'{FORMULA}" in text
    assert text.count(FORMULA) == 1


REJECTED: dict[str, tuple[list[str], list[str], str]] = {
    "the header": ([FORMULA], ["a"], "b"),
    "a cell": (["a"], [FORMULA], "b"),
    "the reason": (["a"], ["a"], FORMULA),
    "a cell beyond the header": (["a"], ["a", FORMULA], "b"),
}


@pytest.mark.parametrize("place", REJECTED)
def test_rejected_rows_come_back_without_formulas(place: str) -> None:
    header, cells, reason = REJECTED[place]
    text = written(lambda file: write_csv(header, [(cells, reason)], ",", file))
    assert f"'{FORMULA}" in text
    assert text.count(FORMULA) == 1
