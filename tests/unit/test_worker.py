"""The worker function gives back what it cannot read, and the log says why."""

import pytest

from chalicelib.handlers import worker
from tests.support.access import logs


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "7", "{}", '{"purpose": "nothing", "event": {}}'])
def test_what_is_no_message_of_ours_is_given_back_and_called_so(body: str) -> None:
    with logs.written() as log:
        answer = worker.handle({"Records": [{"messageId": "m-1", "body": body}]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    (line,) = log.lines
    assert (line["level"], line["defect"], line["message_id"]) == ("ERROR", "Unreadable", "m-1")
