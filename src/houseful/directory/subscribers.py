"""What the directory does by itself: fill its cities, beside whatever else is going on."""

from houseful.directory.geography import load_cities
from houseful.kernel.database import Database
from houseful.kernel.jobs import chore

CHECK_EVERY_SECONDS = 3600


@chore(every_seconds=CHECK_EVERY_SECONDS)
async def fill_cities(database: Database) -> None:
    """Load the cities into an empty table; harmless twice, and in parallel."""
    await database.run(None, load_cities)
