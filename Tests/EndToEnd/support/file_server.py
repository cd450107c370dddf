"""A web server with an old portal's uploads, for `guichet adopt --files-from`."""

import http.server
import threading
import urllib.parse


class FileServer:
    """Serves `files`, bytes by path; `redirects` maps paths to other URLs, `answers` to a status."""

    def __init__(self, files):
        self.files = files
        self.redirects = {}
        self.answers = {}
        self.asked = []
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(double):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = urllib.parse.unquote(self.path)
                double.asked.append(path)
                content = double.files.get(path)
                status = double.answers.get(path, 404 if content is None else 200)
                if path in double.redirects:
                    self.send_response(302)
                    self.send_header("Location", double.redirects[path])
                    content = b""
                else:
                    self.send_response(status)
                content = content or b""
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        return Handler
