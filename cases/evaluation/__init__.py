"""How well cases are handled (考核): indicators, each a ratio of two counts, and scores made of them. Pure."""
