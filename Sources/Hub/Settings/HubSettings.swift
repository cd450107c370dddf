// Everything an operator can set about a running hub, with the defaults of docs/protocol.md 14.

package import Tickets

/// A host and a port to listen on.
package struct Endpoint: Sendable, Equatable {
    package let host: String
    /// 0: one that is free.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

package struct HubSettings: Sendable {
    package var host = "127.0.0.1"
    /// 0: one that is free.
    package var port: UInt16 = 8080
    /// Where `/metrics` alone is served, to whoever asks; nil: nowhere but here.
    package var metrics: Endpoint?
    /// What shows `/metrics` beside an admin's token; nil: nothing else does.
    package var metricsToken: [UInt8]?
    /// 0: one worker per core.
    package var workers = 0
    package var readers = 2
    package var content = ContentLimits()
    /// One frame or message, also after inflating.
    package var frameBytes = 1 << 20
    package var requestBytes = 1 << 20
    /// Shorter WebSocket messages are not compressed; 0: none is.
    package var deflateMinBytes = 512
    /// `GET /conformance/echo`, which needs no token: for test suites, never for the public.
    package var servesConformance = false
    package var rooms = 100
    /// 0: no limit.
    package var commandsPerSecond = 20
    package var commandBurst = 60
    /// Pings and pongs of a connection; 0: no limit.
    package var controlFramesPerSecond = 20
    package var controlFrameBurst = 60
    package var outboundBytes = 1 << 20
    /// What waits for slow readers of the whole hub.
    package var outboundTotalBytes = 512 << 20
    /// What has come of requests and messages that are not whole yet, of the whole hub.
    package var inboundTotalBytes = 128 << 20
    /// What the process may take: over four fifths of it newcomers are refused and queues let go of.
    /// 0: not watched.
    package var memoryBytes = 0
    /// Connections from one IPv4 address or one /64 of IPv6; 0: no limit.
    package var connectionsPerAddress = 0
    package var heartbeatSeconds = 25
    package var deadSeconds = 60
    package var headSeconds = 10
    /// From the first byte to the last of a TLS handshake.
    package var handshakeSeconds = 10
    package var keepAliveSeconds = 60
    package var slowReaderSeconds = 30
    /// 0: every typing frame passes.
    package var typingIntervalMs = 3000
    /// How long a busy worker may hold what it broadcasts, so that more leaves at once; 0: never.
    package var flushDelayMicroseconds = 2000
    package var drainSeconds = 30
    package var presenceGraceMs = 3000
    package var allowedOrigins: [String] = []
    /// Where the pages send who is not signed in, or not any more; nil: they ask for a link.
    package var signInURL: String?
    /// Whose `X-Forwarded-For` is believed.
    package var trustedProxies: [AddressRange] = []
    /// Whether their connections begin with a header of the PROXY protocol.
    package var readsProxyHeaders = false
    /// Where the hub is on its site: `/support`, or empty.
    package var basePath = ""
    /// `GUICHET_TECHNICIAN_SCOPE=all`.
    package var techniciansReachAll = false
    /// Whose days reports have that ask for no other.
    package var timeZone = ReportZone.utc
    package var policy = SLAPolicy()
    package var uploads = UploadSettings()
    package var budgets = BudgetSettings()
    package var outbox = OutboxSettings()

    package init() {}
}
