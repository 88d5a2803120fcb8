"""The one client of all measurements: http.client with keep-alive and TCP_NODELAY, one process each."""

import contextlib
import gc
import http.client
import multiprocessing
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Self

_SECONDS = 30.0


class Unexpected(Exception):
    """An answer with another status than the operation has when it succeeds."""


@dataclass(frozen=True)
class Sent:
    """One request and the status that it must be answered with."""

    method: str
    target: str
    body: bytes | None
    status: int


@dataclass(frozen=True)
class Run:
    """What clients measured: seconds of every request, and seconds from the first one's begin to the last one's end."""

    latencies: list[float]
    seconds: float


@dataclass(frozen=True)
class Address:
    """A server of this machine, and the headers that every request to it carries."""

    port: int
    headers: Mapping[str, str]


def connect(address: Address) -> http.client.HTTPConnection:
    """A connection that is kept and sends small packets at once."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=_SECONDS)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def call(connection: http.client.HTTPConnection, sent: Sent, headers: Mapping[str, str]) -> bytes:
    """The body of the answer. Raises Unexpected."""
    connection.request(sent.method, sent.target, sent.body, dict(headers))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != sent.status:
        raise Unexpected(f"{sent.method} {sent.target} was answered {answer.status}: {text[:400].decode()}")
    return text


def _measure(address: Address, warm: Sequence[Sent], plan: Sequence[Sent], parent: Connection) -> None:
    connection = connect(address)
    for sent in warm:
        call(connection, sent, address.headers)
    gc.collect()
    parent.send(None)
    parent.recv()
    latencies, began = [], time.monotonic()
    for sent in plan:
        start = time.perf_counter()
        call(connection, sent, address.headers)
        latencies.append(time.perf_counter() - start)
    ended = time.monotonic()
    connection.close()
    parent.send((began, ended, latencies))


def _serve(parent: Connection) -> None:
    with contextlib.suppress(EOFError, ConnectionError):  # the parent is gone
        while True:
            address, warm, plan = parent.recv()
            try:
                _measure(address, warm, plan, parent)
            except (Unexpected, TimeoutError, http.client.HTTPException) as failure:
                parent.send(failure)


class Clients:
    """Client processes, started once and used for every measurement."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipes, self._processes = [], []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes:
            pipe.close()  # which ends the process, whatever it waits for
        for process in self._processes:
            process.join(5)

    def run(self, address: Address, plans: Sequence[Sequence[Sent]], warm: Sequence[Sequence[Sent]]) -> Run:
        """Each plan by one client, all at the same time, after each has sent its warm-up. Raises Unexpected."""
        pipes = self._pipes[: len(plans)]
        for pipe, before, plan in zip(pipes, warm, plans, strict=True):
            pipe.send((address, before, plan))
        for pipe in pipes:
            _received(pipe)
        for pipe in pipes:
            pipe.send(None)
        measured = [_received(pipe) for pipe in pipes]
        seconds = max(ended for _, ended, _ in measured) - min(began for began, _, _ in measured)
        return Run([latency for _, _, latencies in measured for latency in latencies], seconds)


def _received(pipe: Connection) -> tuple[float, float, list[float]]:
    answer = pipe.recv()
    if isinstance(answer, Exception):
        raise answer
    received: tuple[float, float, list[float]] = answer
    return received
