"""The launcher of the local stack: what `make up`, `make deploy`, `make down` and their like run."""
