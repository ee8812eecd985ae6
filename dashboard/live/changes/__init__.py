"""What commits say of changes, as it comes to the loop of this process."""
