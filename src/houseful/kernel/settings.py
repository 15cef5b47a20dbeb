"""Settings: read once from the environment and an optional `.env` file, then immutable.

Every setting is a field of `Settings`; its environment variable is `HOUSEFUL_` and the field's name
in capitals. `docs/guide/operator.md` explains each of them to operators.
"""

import difflib
import ipaddress
import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

CHECKOUT = Path(__file__).parents[3]
HOME = CHECKOUT if (CHECKOUT / "src" / "houseful").is_dir() else Path()
"""Where `.env` and the data lie: the checkout that this runs from, from whichever folder it is
called; of an installed package, the working directory."""
PREFIX = "HOUSEFUL_"
SHARED_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that says where several web processes keep their figures together; the library that
counts reads it when it loads."""
SECRET_MIN_CHARACTERS = 32
MISSPELT_LIKENESS = 0.85
"""How like a known variable an unknown one must be to be a slip of the pen."""

_FIELD = re.compile(r" - at `\$\.(?P<name>\w+)[^`]*`")

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Limit = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[int, msgspec.Meta(ge=1)]


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
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 8000
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    public_url: str = ""
    data_directory: Path = HOME / ".data"
    secret: str = ""
    database_url: str = ""
    database_owner_url: str = ""
    database_pool_size: Count = 16
    lane_pool_size: Count = 4
    trusted_proxies: tuple[str, ...] = ()
    internal_api_key: str = ""
    access_token_ttl_seconds: Seconds = 900
    refresh_token_ttl_seconds: Seconds = 30 * 24 * 3600
    max_body_bytes: Annotated[int, msgspec.Meta(ge=1024)] = 30 * 1024 * 1024
    mail_from: str = "box-office@houseful.example"
    smtp_url: str = ""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    sandbox_payments: bool = True
    sign_up_plan: Literal["free", "house"] = "house"
    holds_per_address: Limit = 30_000
    held_places_per_address: Limit = 3_000
    orders_per_address: Limit = 3_000
    unpaid_places_per_person: Limit = 100
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
    _refuse_misspelt(source)
    values: dict[str, object] = {
        name: _split(source[variable]) if name == "trusted_proxies" else source[variable]
        for name in Settings.__struct_fields__
        if (variable := PREFIX + name.upper()) in source
    }
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(_FIELD.sub(_variable, f"{error}.")) from error
    _refuse_nonsense(settings)
    _refuse_half_configured(settings)
    return settings


def _variable(field: re.Match[str]) -> str:
    return f" in {PREFIX}{field['name'].upper()}"


def _decode(kind: type[Any], value: Any) -> Any:
    return kind(value)


def _process_environment() -> dict[str, str]:
    if os.environ.get("HOUSEFUL_ENVIRONMENT") == "test":  # what lies about changes no test
        return dict(os.environ)
    return {**_read_dotenv(HOME / ".env"), **os.environ}


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


def _refuse_misspelt(source: Mapping[str, str]) -> None:
    """Refuse a misspelt variable: what it was to change would silently stay as it is."""
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__}
    for variable in sorted(name for name in source if name.startswith(PREFIX)):
        near = difflib.get_close_matches(variable, known, n=1, cutoff=MISSPELT_LIKENESS)
        if near and variable not in known:
            raise SettingsError(f"There is no setting {variable}. Do you mean {near[0]}?")


def _refuse_nonsense(settings: Settings) -> None:
    """Refuse what can be seen to be wrong before anything is started."""
    urls = {
        "HOUSEFUL_DATABASE_URL": settings.database_url,
        "HOUSEFUL_DATABASE_OWNER_URL": settings.database_owner_url,
    }
    for variable, url in urls.items():
        if url and not url.startswith("postgresql://"):
            raise SettingsError(f"{variable} must begin with postgresql://.")
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingsError("HOUSEFUL_PUBLIC_URL must begin with https:// or http://.")
    if settings.smtp_url and not settings.smtp_url.startswith(("smtp://", "smtps://")):
        raise SettingsError("HOUSEFUL_SMTP_URL must begin with smtp:// or smtps://.")
    for proxy in settings.trusted_proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError as error:
            raise SettingsError(f"HOUSEFUL_TRUSTED_PROXIES: {error}.") from error


def _refuse_half_configured(settings: Settings) -> None:
    if not settings.is_production:
        return
    adobe = (
        settings.adobe_sign_client_id,
        settings.adobe_sign_client_secret,
        settings.adobe_sign_refresh_token,
    )
    faults = [
        message
        for is_wrong, message in (
            (
                len(settings.secret) < SECRET_MIN_CHARACTERS,
                f"HOUSEFUL_SECRET needs at least {SECRET_MIN_CHARACTERS} characters",
            ),
            (
                0 < len(settings.internal_api_key) < SECRET_MIN_CHARACTERS,
                f"HOUSEFUL_INTERNAL_API_KEY needs at least {SECRET_MIN_CHARACTERS} characters",
            ),
            (settings.debug, "HOUSEFUL_DEBUG must be off"),
            (not settings.is_https, "HOUSEFUL_PUBLIC_URL must begin with https://"),
            (
                bool(settings.database_url) and not settings.database_owner_url,
                "HOUSEFUL_DATABASE_OWNER_URL is needed beside HOUSEFUL_DATABASE_URL, to migrate",
            ),
            (settings.sandbox_payments, "HOUSEFUL_SANDBOX_PAYMENTS must be off"),
            (
                any(adobe) and not all(adobe),
                "HOUSEFUL_ADOBE_SIGN_CLIENT_ID, _CLIENT_SECRET and _REFRESH_TOKEN go together",
            ),
            (
                bool(settings.finance_url) != bool(settings.finance_api_key),
                "HOUSEFUL_FINANCE_URL and HOUSEFUL_FINANCE_API_KEY go together",
            ),
            (
                bool(settings.promoter_url) != bool(settings.promoter_api_key),
                "HOUSEFUL_PROMOTER_URL and HOUSEFUL_PROMOTER_API_KEY go together",
            ),
        )
        if is_wrong
    ]
    if faults:
        raise SettingsError("Not started in production: " + "; ".join(faults) + ".")


def require_free_port(settings: Settings) -> None:
    """Raise `SettingsError` when nobody can listen where the settings say."""
    try:
        socket.create_server((settings.host, settings.port)).close()
    except OSError as error:
        raise SettingsError(
            f"Nobody can listen on {settings.host}, port {settings.port} ({error.strerror}): "
            "end what does already, or set HOUSEFUL_PORT or HOUSEFUL_HOST."
        ) from error
