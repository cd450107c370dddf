"""Shared parts of the end-to-end tests: the hub as a process, people, and API clients."""
