"""Cases as screens and programs see them: who acts, in which words, and what a case looks like in a list."""
