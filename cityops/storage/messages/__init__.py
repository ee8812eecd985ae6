"""Messages in the database beside readings: what could not be stored, who sent it, and the brokers it came by."""
