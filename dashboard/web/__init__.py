"""The way of a request: from the connection to whoever asks, with every refusal in one form."""
