"""Pictures of every page, as each kind of visitor meets it."""
