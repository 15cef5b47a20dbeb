"""The venue's reports: utilization, revenue, profitability, customers. Never silent zeros."""
