"""In which characters a text file is written."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from chalicelib.domain.imports.unreadable import Unreadable

BLOCK = 256 * 1024
SAMPLE = 64 * 1024
MOST_NULS = 0.05  # of a sample; a few bytes spoil their rows, many mean that this is no text
# The longer ones first: UTF-32's mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = frozenset(("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))
USUAL = "cp1252"
# What customer lists come in, by the names that the detection uses. Others would only be mistaken for these.
_GUESSED = (
    *(f"cp125{last}" for last in range(9)),
    *("iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15", "mac-roman", "mac-cyrillic"),
    *("cp437", "cp850", "cp852", "cp866", "koi8-r", "koi8-u", "tis-620"),
    *("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949"),
)
# With this much of the best candidate's confidence the usual encoding is chosen: on short lists they differ by chance.
_NEARLY = 0.93
_SAID = (
    *_GUESSED,
    *WIDE,
    *("utf-8", "utf-8-sig", "utf-16", "utf-32", "ascii", "big5", "gbk", "shift_jis", "euc-kr", "iso2022_jp"),
    *(f"iso8859-{part}" for part in range(1, 17) if part != 12),
    *("cp737", "cp775", "cp857", "cp874", "mac-greek", "mac-latin2", "mac-turkish"),
)
_READABLE = frozenset(codecs.lookup(name).name for name in _SAID)


@dataclass(frozen=True)
class Charset:
    """An encoding by Python's name, and whether it was only found likely."""

    name: str
    guessed: bool = False

    @property
    def errors(self) -> str:
        """What decoding does with bytes that are none of these characters: it leaves a trace that `spoilt` finds."""
        return "replace" if self.name in WIDE else "surrogateescape"

    def spoilt(self, text: str) -> bool:
        """Whether bytes of this text could not be read."""
        if text.isascii():
            return False
        return "\ufffd" in text if self.name in WIDE else any("\udc80" <= character <= "\udcff" for character in text)


def charset_of(file: IO[bytes], said: str | None = None) -> Charset:
    """The characters of this file: as said, else by its mark, else UTF-16 or UTF-8 if it is, else what is likely.

    Raises:
        Unreadable: the encoding that was said is none, or this is no text.
    """
    file.seek(0)
    sample = file.read(SAMPLE)
    if said is not None:
        return Charset(_named(said, sample))
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Charset(name)
    if b"\0" in sample:
        wide = _wide(sample)
        if wide:
            return Charset(wide)
        if sample.count(b"\0") > MOST_NULS * len(sample):
            raise Unreadable("The file is no text: it is full of NUL bytes.")
    return Charset("utf-8") if _is_utf8(file) else _likely(file)


def _named(said: str, sample: bytes) -> str:
    try:
        name = codecs.lookup(said.strip()).name
    except (LookupError, ValueError):
        name = ""
    if name not in _READABLE:
        raise Unreadable(f"options.encoding {said[:40]!r} is no encoding that can be read; try utf-8 or cp1252.")
    if name in ("utf-16", "utf-32"):
        return f"{name}-be" if sample.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) else f"{name}-le"
    return name.removesuffix("-sig")


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: one way round, delimiters, digits and newlines are ASCII, the other way they are not."""
    best, most = None, 0
    for name in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(name, "replace")
        ascii_ones = sum(character < "\x80" for character in text)
        if "\0" not in text and ascii_ones > max(most, len(text) // 20):
            best, most = name, ascii_ones
    return best


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(BLOCK):
        yield block


def _likely(file: IO[bytes]) -> Charset:
    """UTF-8 when nearly all lines are, so that lines pasted from elsewhere do not spoil the others; else a guess."""
    good = bad = 0
    sample = bytearray()
    file.seek(0)
    for line in iter(lambda: file.readline(BLOCK), b""):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            bad += 1
            if len(sample) < SAMPLE:
                sample += line
        else:
            good += 1
    return Charset("utf-8") if good > 9 * bad else Charset(_guess(bytes(sample)), guessed=True)


def _guess(sample: bytes) -> str:
    import chardet  # noqa: PLC0415 -- its tables are loaded for files that are not UTF-8

    found = chardet.detect_all(sample, ignore_threshold=True, include_encodings=_GUESSED)
    likely = [(each["encoding"], each["confidence"]) for each in found if each["encoding"]]
    if not likely:
        return USUAL
    best = max(confidence for _, confidence in likely)
    nearly = {codecs.lookup(str(name)).name: confidence for name, confidence in likely if confidence >= best * _NEARLY}
    return USUAL if USUAL in nearly else max(nearly, key=lambda name: nearly[name])
