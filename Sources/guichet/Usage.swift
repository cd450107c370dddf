// What `guichet help` says.

enum Usage {
    static let text = """
        guichet: a real-time hub for support tickets

          guichet serve [--listen HOST:PORT] [--store sqlite:FILE | mongodb://…] [--web DIR]
                        [--tls-cert PEM --tls-key PEM]
                        [--workers N] [--log text|json] [--demo] [--conformance]
          guichet token --id ID --role client|technician|admin [--name N] [--email E]
                        [--projects a,b] [--locale L] [--ttl 8h]
          guichet replay FILE [--hub http[s]://HOST:PORT] [--insecure]
                              [--rate N] [--at-once N]
          guichet check [--store …] [--repair]
          guichet erase PERSON --messages keep|redact [--reason TEXT] [--store …]
          guichet outbox list [--dead] [--sent] [--limit N] [--store …]
          guichet outbox replay --dead | ID … [--store …]
          guichet template preview creation|reply|resolution|sla-warning|sla-breach
                           [--lang fr|en] [--html]
          guichet export [--store …] [--out FILE]
          guichet import [--store …] FILE

        Every option of `serve` can also stand in the environment: --listen as GUICHET_LISTEN.
        Callers are known by tokens: set GUICHET_JWT_SECRET (32 bytes or more, HS256), or
        GUICHET_JWT_PUBLIC_KEY (a PEM file; RS256, ES256 or EdDSA).
        """
}

/// A wrong call, for the person at the terminal.
struct UsageError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
    init(_ message: String) { self.message = message }
}
