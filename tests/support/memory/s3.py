"""S3: whole files, read in pieces, written under conditions."""

import base64
import hashlib
import io
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.response import StreamingBody

from tests.support.memory.errors import Refusal
from tests.support.memory.service import Service

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_KEPT = ("ContentType", "ObjectLockMode", "ObjectLockRetainUntilDate", "ContentDisposition", "ServerSideEncryption")


@dataclass(frozen=True)
class File:
    """One version of a file; `headers` are the arguments it was written with."""

    content: bytes
    at: float
    version: str
    headers: Mapping[str, Any]
    metadata: Mapping[str, str]

    @property
    def etag(self) -> str:
        """The quoted digest."""
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'

    @property
    def written(self) -> datetime:
        """When it was written, to the second."""
        return datetime.fromtimestamp(int(self.at), UTC)


@dataclass(frozen=True)
class Bucket:
    """A bucket's files as they are now, and in one that locks, every version of each."""

    locked: bool
    files: Mapping[str, File]
    versions: tuple[tuple[str, File], ...] = ()


class S3(Service):
    """All buckets; a bucket is replaced when something in it is written."""

    name = "s3"

    def __init__(self, grow: Any) -> None:
        super().__init__(grow)
        self.buckets: dict[str, Bucket] = {}

    def snapshot(self) -> Any:
        return dict(self.buckets)

    def restore(self, kept: Any) -> None:
        self.buckets = dict(kept)

    def make(self, name: str, *, locked: bool = False) -> None:
        """A new bucket, empty."""
        self.buckets[name] = Bucket(locked, {})

    def put(self, bucket: str, key: str, content: bytes, arguments: Mapping[str, Any] | None = None) -> File:
        """Write a file over what lies there."""
        arguments, held = arguments or {}, self._bucket(bucket)
        headers = {name: arguments[name] for name in _KEPT if name in arguments}
        version = f"v{self.grow():09d}" if held.locked else "null"
        if not held.locked:
            self.grow()
        file = File(content, time.time(), version, headers, dict(arguments.get("Metadata", {})))
        versions = (*held.versions, (key, file)) if held.locked else ()
        self.buckets[bucket] = replace(held, files={**held.files, key: file}, versions=versions)
        return file

    def _bucket(self, name: str) -> Bucket:
        if name not in self.buckets:
            raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
        return self.buckets[name]

    def _create_bucket(self, arguments: Mapping[str, Any]) -> Any:
        self.make(arguments["Bucket"], locked=arguments.get("ObjectLockEnabledForBucket", False))
        return {"Location": "/" + arguments["Bucket"]}

    def _put_object(self, arguments: Mapping[str, Any]) -> Any:
        held = self._bucket(arguments["Bucket"])
        if arguments.get("IfNoneMatch") == "*" and arguments["Key"] in held.files:
            raise _precondition()
        body = arguments.get("Body", b"")
        content = bytes(body) if isinstance(body, bytes | bytearray) else body.read()
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        if arguments.get("ChecksumSHA256", digest) != digest:
            raise Refusal("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
        file = self.put(arguments["Bucket"], arguments["Key"], content, arguments)
        return {"ETag": file.etag, **({"VersionId": file.version} if held.locked else {})}

    def _get_object(self, arguments: Mapping[str, Any]) -> Any:
        file = self._found(arguments, "NoSuchKey")
        content, status = file.content, dict[str, Any]()
        if "Range" in arguments:
            content, status = _part(content, arguments["Range"])
        body = StreamingBody(io.BytesIO(content), len(content))
        return {**_described(file), **status, "ContentLength": len(content), "Body": body}

    def _head_object(self, arguments: Mapping[str, Any]) -> Any:
        file = self._found(arguments, "404")
        return {**_described(file), "ContentLength": len(file.content)}

    def _found(self, arguments: Mapping[str, Any], code: str) -> File:
        held = self._bucket(arguments["Bucket"])
        versions = dict(held.files)
        if "VersionId" in arguments:
            versions = {key: file for key, file in held.versions if file.version == arguments["VersionId"]}
        if arguments["Key"] not in versions:
            raise Refusal(code, "The specified key does not exist." if code == "NoSuchKey" else "Not Found", 404)
        file = versions[arguments["Key"]]
        if arguments.get("IfMatch", file.etag).strip('"') != file.etag.strip('"'):
            raise _precondition()
        return file

    def _delete_object(self, arguments: Mapping[str, Any]) -> Any:
        held = self._bucket(arguments["Bucket"])
        if "VersionId" in arguments and held.locked:
            raise Refusal("AccessDenied", "Access Denied because object protected by object lock.", 403)
        if arguments["Key"] in held.files:
            self.grow()
            left = {key: file for key, file in held.files.items() if key != arguments["Key"]}
            self.buckets[arguments["Bucket"]] = replace(held, files=left)
        return {}

    def _list_objects_v2(self, arguments: Mapping[str, Any]) -> Any:
        files, prefix = self._bucket(arguments["Bucket"]).files, arguments.get("Prefix", "")
        keys = sorted(key for key in files if key.startswith(prefix))
        shown = [{"Key": key, "ETag": files[key].etag, "Size": len(files[key].content)} for key in keys]
        return {"KeyCount": len(shown), "IsTruncated": False, **({"Contents": shown} if shown else {})}

    def _list_object_versions(self, arguments: Mapping[str, Any]) -> Any:
        held = self._bucket(arguments["Bucket"])
        versions = [
            {"Key": key, "VersionId": file.version, "LastModified": file.written} for key, file in held.versions
        ]
        return {
            "IsTruncated": False,
            **({"Versions": sorted(versions, key=lambda each: each["Key"])} if versions else {}),
        }


def _described(file: File) -> dict[str, Any]:
    locked = {} if file.version == "null" else {"VersionId": file.version}
    facts = {"ETag": file.etag, "LastModified": file.written, "Metadata": dict(file.metadata), **locked}
    return {"ContentType": "binary/octet-stream", **facts, **file.headers}


def _part(content: bytes, wanted: str) -> tuple[bytes, dict[str, Any]]:
    match = _RANGE.fullmatch(wanted)
    if match is None:
        raise NotImplementedError(f"the range {wanted}")
    first, last = int(match[1]), min(int(match[2] or len(content)), len(content) - 1)
    if first >= len(content):
        raise Refusal("InvalidRange", "The requested range is not satisfiable", 416)
    return content[first : last + 1], {"ContentRange": f"bytes {first}-{last}/{len(content)}"}


def _precondition() -> Refusal:
    return Refusal("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)
