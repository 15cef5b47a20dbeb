"""The services outside that hire works with, as the operator set them; none of them is needed."""

from houseful.hire.contracts.adobe_sign.client import AdobeSign, Credentials
from houseful.hire.deposits.finance import Finance
from houseful.hire.venue_events.promoter import Promoter
from houseful.kernel.database import Database
from houseful.kernel.settings import Settings


class Services:
    """What is connected to this database's hire; the application says it when it starts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.adobe_sign: AdobeSign | None = None
        self.finance: Finance | None = None
        self.promoter: Promoter | None = None

    def use_adobe_sign(self, service: AdobeSign) -> None:
        """Let contracts go out through this account, until the database closes."""
        self.adobe_sign = service
        self._database.before_close(service.close)

    def use_finance(self, service: Finance) -> None:
        """Let this service keep what is owed and paid, until the database closes."""
        self.finance = service
        self._database.before_close(service.close)

    def use_promoter(self, service: Promoter) -> None:
        """Let this service know the canonical events, until the database closes."""
        self.promoter = service
        self._database.before_close(service.close)


def services_of(database: Database) -> Services:
    """Return the services that are connected to this database's hire."""
    return database.keep(Services)


def connect(database: Database, settings: Settings) -> Services:
    """Connect what the settings name."""
    services = services_of(database)
    if settings.adobe_sign_client_id:
        services.use_adobe_sign(
            AdobeSign(
                Credentials(
                    url=settings.adobe_sign_url.rstrip("/"),
                    client_id=settings.adobe_sign_client_id,
                    client_secret=settings.adobe_sign_client_secret,
                    refresh_token=settings.adobe_sign_refresh_token,
                )
            )
        )
    if settings.finance_url:
        services.use_finance(Finance(settings.finance_url, settings.finance_api_key))
    if settings.promoter_url:
        services.use_promoter(Promoter(settings.promoter_url, settings.promoter_api_key))
    return services
