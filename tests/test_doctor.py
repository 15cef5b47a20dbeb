"""The doctor finds nothing in a sound house, and says what is wrong in another."""

from houseful.doctor import examine
from houseful.kernel.database import Database
from tests.builders.accounts import House
from tests.builders.ticketing import a_paid_order, a_show
from tests.conftest import TestCluster


async def test_a_sound_house_has_no_findings(
    test_cluster: TestCluster, database: Database, database_name: str, house: House
) -> None:
    show = await database.run(house.organization_id, a_show, standing=5)
    await a_paid_order(database, show, 1, 2, floor=2)

    findings = await examine(database, test_cluster.owner_url(database_name))

    wrong = [finding for finding in findings if not finding.is_fine]
    assert [finding.subject for finding in wrong if "setting" not in finding.subject] == []
    assert len(findings) > 15
