"""What a service answers instead of a result."""

from typing import Any


class Refusal(Exception):
    """An error of a service: becomes botocore's ClientError on its way to the caller."""

    def __init__(self, code: str, message: str = "", status: int = 400, **more: Any) -> None:
        super().__init__(code, message)
        self.code, self.message, self.status, self.more = code, message, status, more

    @property
    def kind(self) -> str:
        """The name of the exception, where a code of the older protocol of SQS says it otherwise."""
        name = self.code.rpartition(".")[2]
        return {"NonExistentQueue": "QueueDoesNotExist"}.get(name, name)

    def response(self) -> dict[str, Any]:
        """The parsed answer that the error carries."""
        return {
            "Error": {"Code": self.code, "Message": self.message},
            "ResponseMetadata": told(self.status),
            **self.more,
        }


def told(status: int = 200) -> dict[str, Any]:
    """What every answer says of itself."""
    return {"RequestId": "memory", "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}


def invalid(message: str) -> Refusal:
    """DynamoDB's answer to a request that it does not understand."""
    return Refusal("ValidationException", message)


class Unfitting(Refusal):
    """An operation that is understood, and that the item it is about does not allow; a transaction says which one."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)
