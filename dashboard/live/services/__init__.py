"""How the programs of the city are: their troubles, and the words for them."""
