"""What belongs to nobody: countries and cities, and the companies and people that many deal with.

Other rooms keep references and overlays, never copies. Unresolved geography stays None.
"""

from houseful.directory.geography import Geography, load_cities, resolve_place

__all__ = ["Geography", "load_cities", "resolve_place"]
