"""Refunding a whole event: one act, carried out order by order, and gone on with after any end."""
