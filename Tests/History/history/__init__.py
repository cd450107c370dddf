"""The history test: people work on a real hub while faults strike it, everything that they saw is
written down, and checkers look for what must not be in such a history (docs/reliability.md)."""
