"""How much at once: bounded pools, queues and places, so that one visitor cannot take what others need."""
