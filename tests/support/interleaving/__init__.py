"""Commands that run at once, stopped before every call of AWS: who goes on is decided here, not by chance.

    turns.py      two or three commands in threads; a schedule says whose call is made next
    touches.py    what a call reads and writes, so that calls that do not meet need not be tried in both orders
    explore.py    every order of the calls that can make a difference; every order at all
    processes.py  what each process remembers of the shop's reference data
    commands.py   requests, functions and sweeps as commands
    oracle.py     which ends are right: those of one command after the other
    choice.py     which requests of two routes are about the same records
    clashes.py    requests that are in the way of the routes' examples
    stage.py      where it all begins, and what came of it

A failure prints its schedule and the command that plays it again (python -m tests.support.interleaving).
"""
