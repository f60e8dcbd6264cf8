"""Which candidates go: whole runs of blocks, blocks, stretches inside of them; all others stay with a reason."""
