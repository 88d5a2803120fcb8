"""The few options of curl that the documents use, for machines that have no curl."""

import argparse
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for flag in ("-s", "-S", "-i", "-G"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-X")
    parser.add_argument("-o")
    for many in ("-H", "-d", "-F", "--form-string", "--data-urlencode"):
        parser.add_argument(many, action="append", default=[])
    parser.add_argument("url")
    return parser.parse_args(_split(sys.argv[1:]))


def _split(arguments: list[str]) -> list[str]:
    """Flags one by one: `-sSi` is `-s -S -i`."""
    found = []
    for argument in arguments:
        together = re.fullmatch(r"-[sSiG]{2,}", argument)
        found += [f"-{flag}" for flag in argument[1:]] if together else [argument]
    return found


def _encoded(pair: str) -> str:
    name, _, value = pair.partition("=")
    return f"{name}={urllib.parse.quote(value)}"


def _form(options: argparse.Namespace, boundary: str) -> bytes:
    body = b""
    for pair in [*options.form_string, *options.F]:
        name, _, value = pair.partition("=")
        head, content = f'Content-Disposition: form-data; name="{name}"', value.encode()
        if pair in options.F and value.startswith("@"):
            head += f'; filename="{Path(value[1:]).name}"\r\nContent-Type: application/octet-stream'
            content = Path(value[1:]).read_bytes()
        body += f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def _request(options: argparse.Namespace) -> urllib.request.Request:
    headers = dict(header.split(": ", 1) for header in options.H)
    url, data = options.url, None
    if options.data_urlencode:
        url += ("&" if "?" in url else "?") + "&".join(map(_encoded, options.data_urlencode))
    if options.d:
        data = b"&".join(Path(d[1:]).read_bytes() if d.startswith("@") else d.encode() for d in options.d)
    if options.F or options.form_string:
        boundary = uuid.uuid4().hex
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        data = _form(options, boundary)
    return urllib.request.Request(url, data, headers, method=options.X)  # noqa: S310 -- an address of the test's own


def main() -> None:
    """Send one request and write the answer to stdout, or to the file of -o."""
    options = _options()
    try:
        answer = urllib.request.urlopen(_request(options), timeout=30)  # noqa: S310 -- as above
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n{answer.headers}".encode() if options.i else b""
        content = head + answer.read()
    if options.o:
        Path(options.o).write_bytes(content)
    else:
        sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
