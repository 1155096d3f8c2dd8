"""Local directories: what Microsoft 365 and Google Workspace answer, with people who can be changed, and faults."""
