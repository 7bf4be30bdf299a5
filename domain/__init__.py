"""The domain, once: what the functions, the service and the seed agree on. Imports nothing outward."""
