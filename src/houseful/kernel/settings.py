"""Settings: read once from the environment and an optional `.env` file, then immutable.

Every setting is a field of `Settings`; its environment variable is `HOUSEFUL_` and the field's name
in capitals. `docs/guide/operator.md` explains each of them to operators.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

PREFIX = "HOUSEFUL_"
SECRET_MIN_CHARACTERS = 32


class SettingsError(Exception):
    """The configuration is incomplete or contradicts itself; the message says what to change."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that an operator can set.

    Sizes are in bytes, durations in seconds. An empty `database_url` means the embedded database
    in `data_directory`; `database_owner_url` is only needed to migrate an external one.
    """

    environment: Literal["development", "test", "production"] = "development"
    debug: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    public_url: str = ""
    data_directory: Path = Path(".data")
    secret: str = ""
    database_url: str = ""
    database_owner_url: str = ""
    database_pool_size: int = 16
    lane_pool_size: int = 4
    trusted_proxies: tuple[str, ...] = ()
    internal_api_key: str = ""
    access_token_ttl_seconds: int = 900
    refresh_token_ttl_seconds: int = 30 * 24 * 3600
    max_body_bytes: int = 30 * 1024 * 1024
    mail_from: str = "box-office@houseful.example"
    smtp_url: str = ""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    sandbox_payments: bool = True
    adobe_sign_url: str = "https://api.adobesign.com"
    adobe_sign_client_id: str = ""
    adobe_sign_client_secret: str = ""
    adobe_sign_refresh_token: str = ""
    finance_url: str = ""
    finance_api_key: str = ""
    promoter_url: str = ""
    promoter_api_key: str = ""

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the one that Houseful starts itself."""
        return not self.database_url

    @property
    def is_production(self) -> bool:
        """Whether half-configured is a reason not to start."""
        return self.environment == "production"

    @property
    def base_url(self) -> str:
        """The address people use, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach this installation over TLS."""
        return self.base_url.startswith("https://")


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings from `environment` (the process's and `.env` by default) and check them.

    Raises `SettingsError` that names the variable at fault.
    """
    source = _process_environment() if environment is None else environment
    values: dict[str, object] = {
        name: _split(source[variable]) if name == "trusted_proxies" else source[variable]
        for name in Settings.__struct_fields__
        if (variable := PREFIX + name.upper()) in source
    }
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"A setting is wrong: {error} (prefix {PREFIX}…)") from error
    _refuse_half_configured(settings)
    return settings


def _decode(kind: type[Any], value: Any) -> Any:
    return kind(value)


def _process_environment() -> dict[str, str]:
    return {**_read_dotenv(Path(".env")), **os.environ}


def _read_dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    pairs = (
        line.split("=", 1)
        for raw in path.read_text(encoding="utf-8").splitlines()
        if (line := raw.strip()) and not line.startswith("#") and "=" in line
    )
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _refuse_half_configured(settings: Settings) -> None:
    if not settings.is_production:
        return
    faults = [
        message
        for is_wrong, message in (
            (
                len(settings.secret) < SECRET_MIN_CHARACTERS,
                f"HOUSEFUL_SECRET needs at least {SECRET_MIN_CHARACTERS} characters",
            ),
            (settings.debug, "HOUSEFUL_DEBUG must be off"),
            (not settings.is_https, "HOUSEFUL_PUBLIC_URL must begin with https://"),
            (
                bool(settings.database_url) and not settings.database_owner_url,
                "HOUSEFUL_DATABASE_OWNER_URL is needed beside HOUSEFUL_DATABASE_URL, to migrate",
            ),
            (settings.sandbox_payments, "HOUSEFUL_SANDBOX_PAYMENTS must be off"),
        )
        if is_wrong
    ]
    if faults:
        raise SettingsError("Not started in production: " + "; ".join(faults) + ".")
