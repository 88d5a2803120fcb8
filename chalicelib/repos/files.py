"""Files in the bucket: forms to upload with, links to download by, and reading in pieces."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.jobs.model import StoredFile
from chalicelib.repos.table import Client

LINK_SECONDS = 15 * 60
MOST_UPLOAD_BYTES = 50 * 1024 * 1024
MOST_WHOLE_BYTES = 3 * 1024**3  # all data of a shop; what the disk of a function holds with room to spare
BLOCK = 1024 * 1024
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GONE = frozenset(("404", "NoSuchKey", "NotFound"))
REPLACED = frozenset(("412", "PreconditionFailed"))


def upload_key(import_id: str) -> str:
    """Where the file of an import is uploaded to; the bucket tells the queue of keys that look like this."""
    return f"imports/{import_id}/upload.csv"


def result_key(import_id: str) -> str:
    """Where its results are."""
    return f"imports/{import_id}/result.csv"


def mend_key(import_id: str, ending: str) -> str:
    """Where its rejected rows are, to be mended and sent again."""
    return f"imports/{import_id}/rejected.{ending}"


def import_of(key: str) -> str | None:
    """The id of the import that an upload's key belongs to; None for any other key."""
    parts = key.split("/")
    return parts[1] if len(parts) == 3 and key == upload_key(parts[1]) else None


class Files:
    """The files bucket."""

    def __init__(self, client: Client, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def upload_form(self, key: str, content_type: str = CSV, most_bytes: int = MOST_UPLOAD_BYTES) -> dict[str, Any]:
        """A form that may post one file of this type, so many bytes at most, to exactly this key, for 15 minutes."""
        form: dict[str, Any] = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 0, most_bytes]],
            ExpiresIn=LINK_SECONDS,
        )
        return form

    def download_link(self, key: str, name: str, content_type: str = f"{CSV}; charset=utf-8") -> str:
        """A link that saves this file under a name, for 15 minutes."""
        wanted = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
            "ResponseContentType": content_type,
        }
        return str(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=LINK_SECONDS))

    def put(self, key: str, content: IO[bytes], content_type: str = CSV) -> StoredFile:
        """Write a file, read from a seekable one.

        Raises:
            Unavailable: no answer.
        """
        size = content.seek(0, 2)
        content.seek(0)
        answer = self.send("put_object", Key=key, Body=content, ContentType=content_type)
        return StoredFile(str(answer["ETag"]), size)

    def send(self, operation: str, **arguments: Any) -> Any:
        """One call of the store.

        Raises:
            Unavailable: it did not answer, or not in time.
            botocore.exceptions.ClientError: it refused.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 -- loaded with the client

        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **arguments)
        except ClientError as refusal:
            if refusal.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise Unavailable("The file store did not answer in time.") from refusal
            raise
        except BotoCoreError as silence:
            raise Unavailable("The file store did not answer in time.") from silence


@dataclass(frozen=True)
class Uploaded:
    """One uploaded file, read a block at a time so that its size does not matter."""

    files: Files
    key: str

    def describe(self) -> StoredFile:
        """The file as it is now.

        Raises:
            Unreadable: it is gone.
        """
        head = self._read("head_object")
        return StoredFile(str(head["ETag"]), int(head["ContentLength"]))

    def blocks(self, file: StoredFile, offset: int) -> Iterator[bytes]:
        """Its bytes from `offset` on, 1 MB at most each; one request a block, so that no connection stays open.

        Raises:
            Unreadable: it is gone, or another upload has taken its place.
        """
        for start in range(offset, file.size, BLOCK):
            end = min(start + BLOCK, file.size) - 1
            yield self._read("get_object", Range=f"bytes={start}-{end}", IfMatch=file.tag)["Body"].read()

    def _read(self, operation: str, **arguments: Any) -> Any:
        from botocore.exceptions import ClientError  # noqa: PLC0415 -- loaded with the client

        try:
            return self.files.send(operation, Key=self.key, **arguments)
        except ClientError as refusal:
            code = refusal.response["Error"]["Code"]
            if code in GONE:
                raise Unreadable("The file is gone.") from refusal
            if code in REPLACED:
                raise Unreadable("Another file was uploaded while this one was being imported.") from refusal
            raise
