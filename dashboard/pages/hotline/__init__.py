"""`/hotline`: the agent's form for whoever is on the telephone, the call-backs, and what may become public."""
