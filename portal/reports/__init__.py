"""What a person reports: read, checked and sent on its way; and what everybody may see of it."""
