// zlib: gzip for static files, raw deflate for WebSocket.
#pragma once
#include <zlib.h>
