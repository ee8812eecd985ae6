"""What hostile devices and visitors cost everybody else."""
