"""What still asks others while a transaction is open. Each line that goes is a promise kept from then on; none is added."""

KNOWN: frozenset[str] = frozenset()
