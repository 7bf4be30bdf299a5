"""The reporter makes the pictures of a day (`charts/`)."""
