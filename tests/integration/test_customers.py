"""Customers over the API."""

from typing import Any

import pytest

pytestmark = pytest.mark.emulator


def a_customer(number: str, **fields: Any) -> dict[str, Any]:
    return {"given_name": "Asha", "family_name": "Rao", "phones": [{"number": number}], **fields}


def test_what_is_created_is_read_back(sales: Any) -> None:
    made = sales.post("/v1/customers", a_customer("+91 98765 43210", emails=[{"address": "Asha+x@Example.com"}]))
    assert made.status == 201, made.text
    assert made.headers["Location"] == f"/v1/customers/{made.json['id']}"
    read = sales.get(made.headers["Location"])
    assert read.json == made.json
    assert read.json["phones"] == [{"number": "+91 98765 43210", "label": None, "e164": "+919876543210"}]
    assert read.json["emails"][0]["normalized"] == "asha+x@example.com"
    assert read.headers["ETag"] == '"1"'
