"""Warnings of others: fetched from feeds and folders, judged, and told in our terms."""
