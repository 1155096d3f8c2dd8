"""Clients' directories: where the sync's pool of users comes from."""
