"""Who a person is that reports, and who may see it."""
