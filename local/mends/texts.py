"""Texts and push notifications through SNS: kept in the outbox, where MiniStack keeps texts without their time, and
push notifications not at all.
"""

from __future__ import annotations

from typing import Any

from ministack.services import sns

from local.mends import outbox


def install() -> None:
    """Wraps MiniStack's Publish."""
    plain = sns._publish

    def publish(params: Any) -> Any:
        answer = plain(params)
        number, target = sns._p(params, "PhoneNumber"), sns._p(params, "TargetArn")
        channel = "sms" if number else "push" if target in sns._platform_endpoints else None
        if channel is not None and answer[0] == 200:
            _keep(channel, number or target, params, answer[2].decode())
        return answer

    sns._publish = publish


def _keep(channel: str, to: str, params: Any, answer: str) -> None:
    sns._sms_messages.pop(to, None)  # ours is the one that is kept
    given = {name: held.get("StringValue", "") for name, held in sns._parse_message_attributes(params).items()}
    provider_id = answer.partition("<MessageId>")[2].partition("</MessageId>")[0]
    outbox.add(
        channel,
        provider_id,
        given.get("message"),
        to,
        subject=sns._p(params, "Subject") or "",
        text=sns._p(params, "Message"),
        headers=given,
        **{"from": given.get("AWS.SNS.SMS.SenderID", "")},
    )
