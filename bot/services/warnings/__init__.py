"""Warnings in time: what a channel or a person is told at once, and when."""
