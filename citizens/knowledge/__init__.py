"""The knowledge base of the hotline: articles, and how a text is cut into the pieces by which it is found. Pure."""
