"""How reports come that are not made by our own form: files, e-mails, messages of programs."""
