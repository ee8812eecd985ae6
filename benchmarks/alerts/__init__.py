"""What detection and a thousand clicks cost."""
