"""Addresses of cases: lists, one case, its photos, and acts on one or many."""
