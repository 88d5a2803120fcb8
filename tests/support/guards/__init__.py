"""Every guard counts: each is taken away in turn, and some test must turn red.

The guards are read from the code (finding.py): conditions of writes, refusals, checks of owners, consents, signatures,
constraints of fields, roles, limits, what makes text harmless, audit entries. What is taken away is taken away in
memory (removing.py), in a process of its own (children.py), and only tests that come past the guard are run there.
Which test sees which guard stands in tests/proof/guards.json; `python -m tests.support.guards record` writes it.
"""
