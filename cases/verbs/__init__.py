"""The verbs `cityops cases …`, by what they are about."""
