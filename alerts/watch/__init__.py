"""The timed jobs of `cityops watch`, and the alerts about the product itself."""
