"""What proves who somebody is: passwords, one-time codes, passkeys, recovery codes."""
