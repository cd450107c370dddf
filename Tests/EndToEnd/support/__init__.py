"""What the end-to-end tests share: the hub as a process, its people, and clients of its API."""
