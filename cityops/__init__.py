"""The shared kernel: settings, catalogue, areas, storage, embedded servers, the command line."""

__version__ = "0.1.0"
