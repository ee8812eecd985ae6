"""每月一题 and 未诉先办: what has really become more, and which alerts are followed by complaints. Pure."""
