"""Reports that programs of other channels bring, each signed with a secret of its channel."""
