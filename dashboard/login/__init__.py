"""Logging in: by password, by passkey, by the city's identity provider."""
