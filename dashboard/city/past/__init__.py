"""The past of series: readings over a span, the gaps in them, and what is usual at a time of day."""
