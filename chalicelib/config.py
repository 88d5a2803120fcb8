"""Settings of a function: read once from its environment, frozen, never at import time."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    """What the template tells a function; every field is required on AWS and locally alike."""

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
        allowed_origins=tuple(o.strip() for o in env["FACET_ALLOWED_ORIGINS"].split(",") if o.strip()),
        import_queue_url=env["FACET_IMPORT_QUEUE_URL"],
        signing_key_parameter=env["FACET_SIGNING_KEY_PARAMETER"],
        region=env.get("AWS_REGION") or env["AWS_DEFAULT_REGION"],
        endpoint_url=env.get("AWS_ENDPOINT_URL"),
    )
