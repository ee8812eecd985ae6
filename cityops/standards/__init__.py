"""The national standards as pure, exact functions: what the wall, the desk and the rules all reckon with.

What a standard prints is in the code, beside its clause. What cities decide for themselves, and what we know
from memory only, is data: `cityops/data/standards.toml`, each entry with its source.
"""
