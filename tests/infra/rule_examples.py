"""Code for the rules in tools/rules: lines that end in `# flagged` must be flagged by the rule, and no other line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A file as it might lie in the project; `exact` when the rule knows this very path."""

    rule: str
    path: str
    code: str
    exact: bool = False


EXAMPLES = (
    Example(
        "money-is-never-a-float",
        "chalicelib/domain/orders.py",
        """
        class Line:
            price: float  # flagged
            discount_minor: float | None = None  # flagged
            weight: float
            progress: float = 0.0
            total_minor: int
        def paid(amount: int) -> int:
            return amount
        def tax(net_minor: int) -> float:  # flagged
            return net_minor
        def half(order):
            deposit = float(order.text)  # flagged
            rounded = round(order.weight, 2)
            return order.price / 2, order.price // 2  # flagged
        """,
    ),
    Example(
        "json-numbers-are-not-read-as-floats",
        "chalicelib/repos/reading.py",
        """
        import json
        json.loads(text, parse_int=float)  # flagged
        json.loads(text, parse_float=Decimal)
        """,
    ),
    Example(
        "token-read-without-its-signature",
        "chalicelib/wiring/reading.py",
        """
        import jwt
        jwt.decode(token, options={"verify_signature": False})  # flagged
        jwt.decode(token, key)  # flagged
        jwt.decode(token, key, algorithms=["RS256", "none"])  # flagged
        jwt.decode(token, key, algorithms=["HS256"])  # flagged
        jwt.decode(token, key, algorithms=["RS256"], options={"verify_signature": False})  # flagged
        jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})
        role = jwt.get_unverified_header(token)["role"]  # flagged
        key_id = jwt.get_unverified_header(token).get("kid")
        """,
    ),
    Example(
        "token-checked-in-part",
        "chalicelib/wiring/reading.py",
        """
        import jwt
        jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False})  # flagged
        jwt.decode(token, key, algorithms=["RS256"], options={"require": ["exp"], "verify_iss": False})  # flagged
        jwt.decode(token, key, algorithms=["RS256"], options={"require": ["exp"], "verify_aud": False})
        """,
    ),
    Example(
        "signature-compared-with-equals",
        "chalicelib/domain/links.py",
        """
        if signature == expected:  # flagged
            pass
        if hmac.new(key, text, sha256).digest() != sent:  # flagged
            pass
        if hmac.compare_digest(signature, expected) and kind == expected_kind:
            pass
        """,
    ),
    Example(
        "no-scan",
        "chalicelib/repos/everything.py",
        """
        client.scan(TableName="facet")  # flagged
        self._table.send("scan")  # flagged
        client.get_paginator("scan")  # flagged
        client.execute_statement(Statement="SELECT * FROM facet")  # flagged
        self._table.send("query", KeyConditionExpression="pk = :pk")
        """,
    ),
    Example(
        "no-scan",
        "tools/table_check/scan.py",
        """
        table.send("scan", Segment=0, TotalSegments=8)
        """,
        exact=True,
    ),
    Example(
        "expression-put-together-from-values",
        "chalicelib/repos/finding.py",
        """
        work.update(key, f"SET name = {name}", {})  # flagged
        work.check(key, "version = %s" % version)  # flagged
        work.put(key, item, condition=f"owner = {owner}")  # flagged
        Range(pk, filter="city = {}".format(city))  # flagged
        arguments = {"FilterExpression": f"contains(tags, {tag})"}  # flagged
        work.update(key, "SET " + ", ".join(f"#{name} = :{name}" for name in changed), values, names=names)
        work.put(key, item, condition=f"{ACTIVE} AND version = :version")
        work.put(key, {"summary": f"Note by {name}"}, condition=FREE)
        """,
    ),
    Example(
        "only-repositories-speak-to-the-store",
        "chalicelib/handlers/writing.py",
        """
        import boto3
        boto3.client("dynamodb")  # flagged
        client.put_item(TableName="facet", Item={})  # flagged
        commands.add(desk, request.body)
        """,
    ),
    Example(
        "only-repositories-speak-to-the-store",
        "chalicelib/repos/writing.py",
        """
        client.put_item(TableName="facet", Item={})
        """,
    ),
    Example(
        "no-batch-of-writes",
        "chalicelib/repos/many.py",
        """
        with table.batch_writer() as batch:  # flagged
            batch.put_item(Item={})
        client.batch_write_item(RequestItems={})  # flagged
        self._table.send("batch_get_item", RequestItems={})
        """,
    ),
    Example(
        "write-before-authorize",
        "chalicelib/handlers/serving.py",
        """
        def served(endpoint, call, body):
            given = endpoint.view(body)  # flagged
            authorize(endpoint.permission, endpoint.route, call)
            return given
        def hasty(work, call):
            work.commit()  # flagged
            if call.stranger:
                raise Forbidden("Your role does not allow this.")
        def right(endpoint, call, body, work):
            authorize(endpoint.permission, endpoint.route, call)
            def run():
                return endpoint.view(body)
            if call.stranger:
                raise Forbidden("Your role does not allow this.")
            return commit_with_retry(table(), call, run)
        def authorize(permission, route, call):
            if allows(permission, call.actor.roles):
                return
            work.commit()
            raise Forbidden("Your role does not allow this.")
        """,
    ),
    Example(
        "view-that-commits-by-itself",
        "chalicelib/handlers/views.py",
        """
        @endpoint("POST", "/v1/notes", "notes.write", "Add a note")
        def add(request):
            commit_with_retry(table(), request.call, lambda work: work)  # flagged
        @endpoint("DELETE", "/v1/notes", "notes.write", "Withdraw a note")
        def withdraw(request):
            request.work.commit()  # flagged
        @endpoint("PUT", "/v1/notes", "notes.write", "Replace a note")
        def replace(request):
            commands.replace(notes.desk(request.work), request.body)
        def run(record):
            commit_with_retry(table(), call, lambda work: work)
        """,
    ),
    Example(
        "route-past-the-permission-table",
        "chalicelib/handlers/more.py",
        """
        @app.route("/v1/notes", methods=["POST"])  # flagged
        def add():
            return {}
        @endpoint("POST", "/v1/notes", "notes.write", "Add a note")
        def add_note(request):
            return {}
        """,
    ),
    Example(
        "domain-knows-no-aws",
        "chalicelib/domain/notes.py",
        """
        import boto3  # flagged
        from os import environ  # flagged
        from chalicelib.repos.table import Table  # flagged
        from chalicelib.domain.text import fold
        import json
        def late():
            from chalicelib.wiring import notes  # flagged
        """,
    ),
    Example(
        "domain-knows-no-aws",
        "chalicelib/repos/notes.py",
        """
        import boto3
        """,
    ),
    Example(
        "clock-read-outside-the-edge",
        "chalicelib/domain/clocks.py",
        """
        import datetime as dates
        import time
        from datetime import UTC, date, datetime
        now = datetime.now(UTC)  # flagged
        today = date.today()  # flagged
        seconds = time.time()  # flagged
        again = dates.datetime.now(UTC)  # flagged
        passed = time.monotonic()
        moment = call.now
        """,
    ),
    Example(
        "clock-read-outside-the-edge",
        "chalicelib/handlers/serve.py",
        """
        from datetime import UTC, datetime
        now = datetime.now(UTC)
        """,
        exact=True,
    ),
    Example(
        "environment-read-outside-settings",
        "chalicelib/wiring/reading.py",
        """
        import os
        table = os.environ["FACET_TABLE"]  # flagged
        other = os.getenv("FACET_TABLE")  # flagged
        name = settings().table
        """,
    ),
    Example(
        "environment-read-outside-settings",
        "chalicelib/config.py",
        """
        import os
        env = os.environ
        """,
        exact=True,
    ),
    Example(
        "personal-data-in-the-log",
        "chalicelib/handlers/logging.py",
        """
        logger().info("sent", extra={"event": "sent", "email": address})  # flagged
        logger().info(f"sent to {address}")  # flagged
        logger().info("sent to {}".format(address))  # flagged
        logger().info("sent", extra={"event": "sent", "message_id": message.id})
        """,
    ),
)
