"""What belongs to nobody: countries and cities, and the companies and people that many deal with.

Other rooms keep references and overlays, never copies; they note with `refer_to_company` and
`refer_to_person` that their organisation deals with somebody. Unresolved geography stays None.
"""

from houseful.directory.geography import Geography, load_cities, resolve_place
from houseful.directory.models import Company, KnownPerson
from houseful.directory.queries import ListedParty, get_company, get_person, parties, party_names
from houseful.directory.schemas import CompanyChanges, NewCompany
from houseful.directory.service import (
    create_company,
    refer_to_company,
    refer_to_person,
    update_company,
)

__all__ = [
    "Company",
    "CompanyChanges",
    "Geography",
    "KnownPerson",
    "ListedParty",
    "NewCompany",
    "create_company",
    "get_company",
    "get_person",
    "load_cities",
    "parties",
    "party_names",
    "refer_to_company",
    "refer_to_person",
    "resolve_place",
    "update_company",
]
