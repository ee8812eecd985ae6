"""`/topics`: what has become more (每月一题), what is done about it, and which alerts bring complaints (未诉先办)."""
