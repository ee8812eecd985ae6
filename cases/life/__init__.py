"""The life of a case: its states, who may do what, and what each act changes. Pure."""
