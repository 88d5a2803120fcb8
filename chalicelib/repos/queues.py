"""Messages to our own functions."""

import json

from chalicelib.repos.table import Client

MOST_DELAY = 900


class ImportQueue:
    """The queue that the imports function reads."""

    def __init__(self, client: Client, url: str) -> None:
        self._client, self._url = client, url

    def go_on(self, import_id: str, *, seconds: int = 0) -> None:
        """Have somebody look at an import again, after so many seconds (15 minutes at most)."""
        body = json.dumps({"import_id": import_id})
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=min(max(seconds, 0), MOST_DELAY))
