"""The mail port: an SMTP server by URL, or nothing, and then mail is kept in the outbox."""

from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from houseful.kernel.settings import Settings

TIMEOUT_SECONDS = 30
DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


class MailTransport:
    """Sends mail as the settings say: `smtp://user:password@host:587?starttls=1`, `smtps://…`."""

    def __init__(self, settings: Settings) -> None:
        self.sender = settings.mail_from
        self._url = urlsplit(settings.smtp_url)

    @property
    def is_configured(self) -> bool:
        """Whether there is a server to send to."""
        return bool(self._url.hostname)

    async def send(self, message: EmailMessage) -> None:
        """Send one message; raises what went wrong."""
        url = self._url
        await aiosmtplib.send(
            message,
            hostname=url.hostname,
            port=url.port or DEFAULT_PORTS.get(url.scheme, 25),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=url.scheme == "smtps",
            start_tls="starttls=1" in url.query,
            timeout=TIMEOUT_SECONDS,
        )
