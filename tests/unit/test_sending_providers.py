"""What SES and SNS are handed, and what their answers mean."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.messages.model import Content
from chalicelib.domain.messages.providing import Outgoing, Refused
from chalicelib.repos.email import Email
from chalicelib.repos.mime import ascii_address, mime
from chalicelib.repos.push import Push
from chalicelib.repos.sms import Sms, attributes
from tests.support.fakes import NOW
from tests.support.sending_desk import outgoing

NASTY = [
    "a\r\nBcc: eve@example.com",
    "a\nBcc: eve@example.com",
    "a\rBcc: eve@example.com",
    "a\u2028Bcc: eve@example.com",
    "a\u2029b",
    "a\x85b",
    "a\x0bb",
    "a\x0cb",
    "a\x00b",
    "a\x1cb",
    "\ud800",
]


def parsed(mail: Outgoing) -> EmailMessage:
    raw = mime(mail, NOW)
    raw.decode("ascii")  # whatever it says, it needs no server that takes eight bits
    return message_from_bytes(raw, policy=policy.default)


class Recorder:
    """A client that remembers what it was called with."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def send_email(self, **arguments: Any) -> dict[str, str]:
        self.calls.append(arguments)
        return {"MessageId": "ses-1"}

    def publish(self, **arguments: Any) -> dict[str, str]:
        self.calls.append(arguments)
        return {"MessageId": "sns-1"}


# --- mails --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Happy birthday", "Alles Gute, Zoë", "जन्मदिन मुबारक 🎂", "عيد ميلاد سعيد", "x" * 200, ""]
)
def test_a_subject_in_any_script_arrives_as_it_was_written(text: str) -> None:
    assert parsed(outgoing(content=Content(text, "t")))["Subject"] == text


@pytest.mark.parametrize("name", ["Chandni", 'The "Gold" \\ Shop, Ltd.', "Größe <a@b>", "金店", "=?utf-8?q?x?="])
def test_a_sender_name_never_changes_the_sender(name: str) -> None:
    mail = parsed(outgoing(sender_name=name))
    (sender,) = mail["From"].addresses
    assert sender.addr_spec == "hello@shop.example"
    assert sender.display_name.replace(" ", "") == name.replace(" ", "")


def test_an_encoded_word_that_somebody_typed_is_shown_and_not_read() -> None:
    mail = parsed(outgoing(content=Content("=?utf-8?q?a=0D=0ABcc:_eve@example.com?=", "t")))
    assert mail["Subject"] == "=?utf-8?q?a=0D=0ABcc:_eve@example.com?="
    assert "Bcc" not in mail


@pytest.mark.parametrize("field", ["subject", "sender_name", "address", "sender", "unsubscribe_url", "message_id"])
@pytest.mark.parametrize("nasty", NASTY)
def test_no_field_can_end_its_header(field: str, nasty: str) -> None:
    changes: dict[str, Any] = {"content": Content(nasty, "t")} if field == "subject" else {field: nasty}
    client = Recorder()
    with pytest.raises(Refused, match="invalid_message"):
        Email(client, "set", lambda: NOW).send(outgoing(**changes))
    assert client.calls == []


def test_text_that_looks_like_headers_stays_text() -> None:
    text = "Bcc: eve@example.com\r\n\r\n--boundary\nContent-Type: text/html\n\n.\nFrom me"
    mail = parsed(outgoing(content=Content("s", text, "<p>x</p>")))
    assert "Bcc" not in mail
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r", "").strip() == text.replace("\r", "").strip()
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_long_link_stands_in_one_line() -> None:
    url = f"https://shop.example/v1/unsubscribe?token={'x' * 300}"
    raw = mime(outgoing(unsubscribe_url=url), NOW)
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


@pytest.mark.parametrize("character", [" ", "<", ">", "\u00e9"])
def test_a_link_that_would_end_before_its_end_is_refused(character: str) -> None:
    with pytest.raises(ValueError, match="single word"):
        mime(outgoing(unsubscribe_url=f"https://shop.example/{character}x"), NOW)


def test_what_ses_is_handed() -> None:
    client = Recorder()
    assert (
        Email(client, "facet-test", lambda: NOW).send(outgoing(address="asha@exämple.com", automatic=True)) == "ses-1"
    )
    (call,) = client.calls
    assert call["Destination"] == {"ToAddresses": ["asha@xn--exmple-cua.com"]}
    assert call["EmailTags"] == [{"Name": "message", "Value": outgoing().message_id}]
    assert call["ConfigurationSetName"] == "facet-test"
    mail = message_from_bytes(call["Content"]["Raw"]["Data"], policy=policy.default)
    assert (mail["Auto-Submitted"], mail["X-Facet-Message"]) == ("auto-generated", outgoing().message_id)
    assert "List-Unsubscribe" not in mail


@pytest.mark.parametrize("wrong", ["", "asha", "a b@example.com", "ashä@example.com", "a@", "a@b@c.example", "<a@b.c>"])
def test_what_is_no_address_for_ses(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        ascii_address(wrong)


# --- texts and push messages --------------------------------------------------------------------------------------


def test_what_sns_is_told_of_a_text() -> None:
    client = Recorder()
    message = outgoing(address="+919876543210", promotional=True, sms_sender_id="FACETJ", dlt_entity_id="1" * 19)
    assert Sms(client).send(message) == "sns-1"
    (call,) = client.calls
    assert (call["PhoneNumber"], call["Message"]) == ("+919876543210", "All the best.")
    values = {name: value["StringValue"] for name, value in attributes(message).items()}
    assert values["AWS.SNS.SMS.SMSType"] == "Promotional"
    assert values["AWS.SNS.SMS.SenderID"] == "FACETJ"
    assert "AWS.MM.SMS.EntityId" not in values  # without its template the register refuses it


def test_a_text_that_no_network_can_carry_is_not_handed_over() -> None:
    client = Recorder()
    with pytest.raises(Refused, match="invalid_message"):
        Sms(client).send(outgoing(address="+919876543210", content=Content(None, "half a pair: \ud800")))
    assert client.calls == []


def test_what_indias_register_wants_goes_along() -> None:
    found = attributes(outgoing(dlt_entity_id="1" * 19, dlt_template_id="2" * 19))
    assert found["AWS.MM.SMS.EntityId"]["StringValue"] == "1" * 19
    assert found["AWS.MM.SMS.TemplateId"]["StringValue"] == "2" * 19
    assert found["AWS.SNS.SMS.SMSType"]["StringValue"] == "Transactional"


def test_a_push_message_has_a_form_for_each_platform() -> None:
    client = Recorder()
    Push(client).send(outgoing(address="arn:aws:sns:eu-west-1:1:endpoint/GCM/shop/1"))
    (call,) = client.calls
    assert call["MessageStructure"] == "json"
    payload = json.loads(call["Message"])
    assert json.loads(payload["APNS"])["aps"]["alert"] == {"title": "Happy birthday", "body": "All the best."}
    assert json.loads(payload["GCM"])["fcmV1Message"]["message"]["notification"]["title"] == "Happy birthday"
    assert payload["default"] == "All the best."


class Refusing(Recorder):
    """A client that takes nothing."""

    def send_email(self, **_: Any) -> dict[str, str]:
        raise ClientError({"Error": {"Code": "InvalidParameter", "Message": "no"}}, "SendEmail")

    def publish(self, **_: Any) -> dict[str, str]:
        raise ClientError({"Error": {"Code": "InvalidParameter", "Message": "no"}}, "Publish")


@pytest.mark.parametrize("provider", [lambda client: Email(client, "set", lambda: NOW), Sms, Push])
def test_what_a_provider_says_reaches_the_sender(provider: Any) -> None:
    with pytest.raises(Refused, match="invalid_address"):
        provider(Refusing()).send(outgoing())
