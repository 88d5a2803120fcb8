"""Settings of a function: read once from its environment, frozen, never at import time."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    """What the template tells a function, on AWS and locally alike; what has a default not every function is told.

    `public_url` is the base of the API without `/v1`; links in messages begin with it.
    """

    stage: str
    table: str
    files_bucket: str
    user_pool_id: str
    client_id: str
    allowed_origins: tuple[str, ...]
    import_queue_url: str
    signing_key_parameter: str
    region: str
    endpoint_url: str | None
    audit_bucket: str = ""
    outreach_queue_url: str = ""
    sending_queue_url: str = ""
    bus: str = ""
    configuration_set: str = ""
    sender_email: str = ""
    push_apns_arn: str = ""
    push_fcm_arn: str = ""
    provider_topics: tuple[str, ...] = ()
    public_url: str = ""

    @property
    def token_issuer(self) -> str:
        """The `iss` of the pool's tokens, the same for the emulator's pool and for AWS."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.user_pool_id}"

    @property
    def jwks_url(self) -> str:
        """Where the pool publishes its public keys."""
        base = f"{self.endpoint_url.rstrip('/')}/{self.user_pool_id}" if self.endpoint_url else self.token_issuer
        return f"{base}/.well-known/jwks.json"


@cache
def settings() -> Settings:
    """The settings of this process.

    Raises:
        KeyError: a variable that the template sets is missing.
    """
    env = os.environ
    return Settings(
        stage=env["FACET_STAGE"],
        table=env["FACET_TABLE"],
        files_bucket=env["FACET_FILES_BUCKET"],
        user_pool_id=env["FACET_USER_POOL_ID"],
        client_id=env["FACET_CLIENT_ID"],
        allowed_origins=_listed(env["FACET_ALLOWED_ORIGINS"]),
        import_queue_url=env["FACET_IMPORT_QUEUE_URL"],
        signing_key_parameter=env["FACET_SIGNING_KEY_PARAMETER"],
        region=env.get("AWS_REGION") or env["AWS_DEFAULT_REGION"],
        endpoint_url=env.get("AWS_ENDPOINT_URL"),
        audit_bucket=env.get("FACET_AUDIT_BUCKET", ""),
        outreach_queue_url=env.get("FACET_OUTREACH_QUEUE_URL", ""),
        sending_queue_url=env.get("FACET_SENDING_QUEUE_URL", ""),
        bus=env.get("FACET_BUS", ""),
        configuration_set=env.get("FACET_CONFIGURATION_SET", ""),
        sender_email=env.get("FACET_SENDER_EMAIL", ""),
        push_apns_arn=env.get("FACET_PUSH_APNS_ARN", ""),
        push_fcm_arn=env.get("FACET_PUSH_FCM_ARN", ""),
        provider_topics=_listed(env.get("FACET_PROVIDER_TOPICS", "")),
        public_url=env.get("FACET_PUBLIC_URL", "").rstrip("/"),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
