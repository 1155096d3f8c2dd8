"""Questions about billing in people's own words: topics with their answers, and which of them a question means."""

OWN = "own-"
"""So the ids of an MSP's own topics begin."""
