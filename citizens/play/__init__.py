"""The citizens of a demo: what they call about, whom they reach, and who answers. Nobody of them exists."""
