"""An independent account of a simulation: who withdrew consent, what was claimed, what left; and the verdict."""

from collections import Counter

from chalicelib.domain.messages.model import Message

LEFT = frozenset(("sent", "delivered", "bounced", "complained"))
AT_REST = LEFT | {"suppressed", "failed", "unknown"}


class Ledger:
    """Everything in the order in which it was committed; what has come to rest is judged and forgotten."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._step = 0
        self._left: Counter[str] = Counter()
        self._withdrawn: dict[tuple[str, str], int] = {}
        self._claimed: dict[str, int] = {}

    def withdrew(self, customer_id: str, purpose: str) -> None:
        """The customer took consent back."""
        self._step += 1
        self._withdrawn.setdefault((customer_id, purpose), self._step)

    def claimed(self, message_id: str) -> None:
        """A claim was committed."""
        self._step += 1
        self._claimed[message_id] = self._step

    def left(self, message: Message) -> None:
        """The provider accepted the message."""
        self._left[message.id] += 1
        if self._left[message.id] > 1:
            self.wrong.append(f"{message.id} left twice")
        withdrawn = self._withdrawn.get((message.recipient_id, message.purpose))
        if withdrawn is not None and withdrawn < self._claimed[message.id]:
            self.wrong.append(f"{message.id} left against consent")

    def rests(self, message: Message, told: Counter[str]) -> None:
        """Nothing more will happen to the message."""
        self.statuses[message.status] += 1
        self._claimed.pop(message.id, None)
        left, known = self._left.pop(message.id, 0), message.status in LEFT
        if message.status not in AT_REST:
            self.wrong.append(f"{message.id} came to rest as {message.status}")
        if known > left or (left and not known and message.status != "unknown"):
            self.wrong.append(f"{message.id} is {message.status}, and left {left} times")
        if any(number > 1 for number in told.values()):
            self.wrong.append(f"{message.id} was told of twice: {told}")
        if told[f"message_{message.status}"] != 1:
            self.wrong.append(f"{message.id} came to {message.status} without a word")

    def forget(self, customer_id: str, purposes: tuple[str, ...]) -> None:
        """No message of the customer is left."""
        for purpose in purposes:
            self._withdrawn.pop((customer_id, purpose), None)
