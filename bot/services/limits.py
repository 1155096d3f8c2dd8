"""How many people one sync or one complete list may change before somebody must say so (sync.md, invariant 2). Pure."""


def too_many_deactivated(deactivated: int, active: int) -> bool:
    """More than max(10, 20 % of the account's active users before); exactly as many pass."""
    return deactivated > 10 and deactivated * 5 > active


def too_many_activated(activated: int, active: int) -> bool:
    """More than max(25, 50 % of the account's active users before); exactly as many pass. Not for a first list."""
    return activated > 25 and activated * 2 > active
