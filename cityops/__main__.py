"""`python -m cityops`, the same as `cityops`."""

from cityops.command_line import main

main()
