"""The public's web application: the city now, reports and what became of them, Open311. It has a role of its own."""
