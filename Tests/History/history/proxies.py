"""A TCP proxy before a MongoDB member: it passes everything on, stalls, cuts or half-closes."""

import asyncio
import contextlib


class Proxy:
    def __init__(self, target):
        self.target = target
        self.port = 0
        self.mode = "pass"
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.writers = set()
        self.server = None
        self.bitten = 0

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        if self.mode == "cut":
            self.bitten += 1
            writer.transport.abort()
            return
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, forth}
        self.writers |= pair
        try:
            await asyncio.gather(self._pump(reader, forth, True), self._pump(back, writer, False))
        except (OSError, asyncio.CancelledError):
            pass  # Cancelled at the end of the run, where nobody waits for this task.
        finally:
            self.writers -= pair
            for one in pair:
                with contextlib.suppress(Exception):
                    one.transport.abort()

    async def _pump(self, reader, writer, is_request):
        while data := await reader.read(65536):
            if self.mode == "stall" or (self.mode == "half" and not is_request):
                self.bitten += 1
                await self.flowing.wait()
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    def set(self, mode):
        """`stall` holds everything back, `half` only the answers: requests still arrive. `cut` ends
        every connection and lets none in."""
        self.mode = mode
        if mode == "cut":
            for writer in list(self.writers):
                self.bitten += 1
                writer.transport.abort()
        if mode in ("stall", "half"):
            self.flowing.clear()
        else:
            self.flowing.set()

    async def close(self):
        self.set("cut")
        self.server.close()
