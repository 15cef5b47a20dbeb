"""What every room stands on. It knows no business: settings, database, tenancy, the identity of a
request, problems, money, clock, ids, idempotency, outbox, jobs, lanes, HTTP helpers, PDF, i18n.
"""
