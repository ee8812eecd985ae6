"""What can be filed: categories with their conditions, limits and closing conditions, and the departments."""
