"""Open alerts: their order, what people do with them, how they end."""
