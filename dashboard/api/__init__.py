"""What programs ask, `/api/v1`, and what screens ask beside it: the live stream and the map."""
