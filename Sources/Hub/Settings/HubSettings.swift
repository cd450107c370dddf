// All settings of a hub, with the defaults of docs/protocol.md 14.

package import Tickets

/// A host and a port to listen on.
package struct Endpoint: Sendable, Equatable {
    package let host: String
    /// 0: any free port.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

package struct HubSettings: Sendable {
    package var host = "127.0.0.1"
    /// 0: any free port.
    package var port: UInt16 = 8080
    /// The listener for `/metrics` only, without a token; nil: none.
    package var metrics: Endpoint?
    /// A token for `/metrics` besides an admin's; nil: none.
    package var metricsToken: [UInt8]?
    /// 0: one worker per core.
    package var workers = 0
    package var readers = 2
    package var content = ContentLimits()
    /// Per frame or message, also after decompression.
    package var frameBytes = 1 << 20
    package var requestBytes = 1 << 20
    /// Shorter WebSocket messages are not compressed; 0: compression is off.
    package var deflateMinBytes = 512
    /// `GET /conformance/echo`, which needs no token: for test suites, never for the public.
    package var servesConformance = false
    package var rooms = 100
    /// 0: no limit.
    package var commandsPerSecond = 20
    package var commandBurst = 60
    /// Pings and pongs per connection; 0: no limit.
    package var controlFramesPerSecond = 20
    package var controlFrameBurst = 60
    package var outboundBytes = 1 << 20
    /// Outbound bytes queued for slow readers, in the whole hub.
    package var outboundTotalBytes = 512 << 20
    /// Bytes of incomplete requests and messages, in the whole hub.
    package var inboundTotalBytes = 128 << 20
    /// The process's memory limit: above four fifths of it new connections are refused and queues
    /// shed. 0: not watched.
    package var memoryBytes = 0
    /// Connections per IPv4 address or /64 of IPv6; 0: no limit.
    package var connectionsPerAddress = 0
    package var heartbeatSeconds = 25
    package var deadSeconds = 60
    package var headSeconds = 10
    /// From the first byte to the last byte of a TLS handshake.
    package var handshakeSeconds = 10
    package var keepAliveSeconds = 60
    package var slowReaderSeconds = 30
    /// 0: every typing frame passes.
    package var typingIntervalMs = 3000
    /// How long a busy worker may delay broadcasts, to send more at once; 0: never.
    package var flushDelayMicroseconds = 2000
    package var drainSeconds = 30
    package var presenceGraceMs = 3000
    package var allowedOrigins: [String] = []
    /// Where the pages send people who are not signed in; nil: they ask for a link.
    package var signInURL: String?
    /// Proxies whose `X-Forwarded-For` is trusted.
    package var trustedProxies: [AddressRange] = []
    /// Whether connections from proxies begin with a PROXY protocol header.
    package var readsProxyHeaders = false
    /// The path of the hub on its site: `/support`, or empty.
    package var basePath = ""
    /// `GUICHET_TECHNICIAN_SCOPE=all`.
    package var techniciansReachAll = false
    /// The time zone of reports that name none.
    package var timeZone = ReportZone.utc
    package var policy = SLAPolicy()
    package var uploads = UploadSettings()
    package var budgets = BudgetSettings()
    package var outbox = OutboxSettings()

    package init() {}
}
