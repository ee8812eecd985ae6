"""Which departments a case goes to: category, area and component to a lead and to those who help. Pure."""
