"""What the portal asks the database: views and functions of the schema `portal`, and nothing else."""
