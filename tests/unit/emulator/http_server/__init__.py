"""The judge of request heads."""
