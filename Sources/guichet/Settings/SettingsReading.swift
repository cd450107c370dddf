// Reads hub settings from options and environment.

import Foundation
import Hub
import Reactor
import Tickets
import Wire

extension HubSettings {
    init(_ arguments: Arguments, _ environment: Environment) throws {
        self.init()
        try readAddresses(arguments, environment)
        workers =
            try arguments.int("workers", in: 1...256)
            ?? ProcessInfo.processInfo.activeProcessorCount
        servesConformance = try arguments.has("conformance")
        try readRequestLimits(environment)
        try readConnectionLimits(environment)
        try readMemoryLimits(environment)
        try readTimes(environment)
        try uploads.read(environment)
        try budgets.read(environment)
        try readInstallation(environment)
    }

    /// Where the hub listens, and what stands before it.
    private mutating func readAddresses(
        _ arguments: Arguments, _ environment: Environment
    ) throws {
        if let listen = arguments["listen"] {
            let endpoint = try Endpoint(listen, of: "--listen")
            (host, port) = (endpoint.host, endpoint.port)
        }
        if let listen = environment["METRICS"] {
            metrics = try Endpoint(listen, of: "GUICHET_METRICS")
        }
        if let metrics, metrics.port != 0, (metrics.host, metrics.port) == (host, port) {
            throw UsageError(
                "GUICHET_METRICS is the address that the hub itself listens on; give another port, or "
                    + "leave it out: /metrics is there for an admin's token")
        }
        metricsToken = try Self.metricsToken(environment)
        trustedProxies = try Self.trustedProxies(environment)
        readsProxyHeaders = try Self.readsProxyHeaders(environment, from: trustedProxies)
        if let text = environment["BASE_PATH"] {
            guard let path = BasePath.normalised(text) else {
                throw UsageError(
                    "GUICHET_BASE_PATH is “\(text)”; it must be a path such as /support, of letters, "
                        + "digits and -._~")
            }
            basePath = path
        }
        allowedOrigins = try AllowedOrigins.read(environment)
    }

    private mutating func readRequestLimits(_ environment: Environment) throws {
        let bytes = 1...(1 << 30)
        try environment.read("MAX_BODY_BYTES", in: bytes, into: &content.bodyBytes)
        try environment.read("MAX_FRAME_BYTES", in: bytes, into: &frameBytes)
        try environment.read("MAX_REQUEST_BYTES", in: bytes, into: &requestBytes)
    }

    private mutating func readConnectionLimits(_ environment: Environment) throws {
        let many = 0...1_000_000
        try environment.read("DEFLATE_MIN_BYTES", in: 0...(1 << 30), into: &deflateMinBytes)
        try environment.read("MAX_ROOMS", in: 1...1_000_000, into: &rooms)
        try environment.read("COMMANDS_PER_SECOND", in: many, into: &commandsPerSecond)
        try environment.read("COMMAND_BURST", in: many, into: &commandBurst)
        // 0 in either of its two numbers switches a rate off.
        if commandBurst == 0 { commandsPerSecond = 0 }
        try environment.read("CONTROL_FRAMES_PER_SECOND", in: many, into: &controlFramesPerSecond)
        try environment.read("CONNECTIONS_PER_ADDRESS", in: many, into: &connectionsPerAddress)
    }

    private mutating func readMemoryLimits(_ environment: Environment) throws {
        let total = 65_536...(1 << 40)
        try environment.read("OUTBOUND_BYTES", in: 4096...(1 << 30), into: &outboundBytes)
        try environment.read("OUTBOUND_TOTAL_BYTES", in: total, into: &outboundTotalBytes)
        try environment.read("INBOUND_TOTAL_BYTES", in: total, into: &inboundTotalBytes)
        memoryBytes =
            try environment.int("MEMORY_BYTES", in: 0...(1 << 50)) ?? ProcessMemory.limitBytes ?? 0
        guard memoryBytes > 0 else { return }
        if environment["OUTBOUND_TOTAL_BYTES"] == nil {
            // A growing queue uses up to twice its bytes, plus its old buffer for a moment.
            outboundTotalBytes = min(outboundTotalBytes, memoryBytes / 8)
        }
        if environment["INBOUND_TOTAL_BYTES"] == nil {
            inboundTotalBytes = min(inboundTotalBytes, memoryBytes / 8)
        }
    }

    private mutating func readTimes(_ environment: Environment) throws {
        let day = 0...86_400
        try environment.read("HEARTBEAT_SECONDS", in: day, into: &heartbeatSeconds)
        try environment.read("DEAD_SECONDS", in: day, into: &deadSeconds)
        try environment.read("HEAD_SECONDS", in: day, into: &headSeconds)
        try environment.read("HANDSHAKE_SECONDS", in: 1...3600, into: &handshakeSeconds)
        try environment.read("TYPING_INTERVAL_MS", in: 0...600_000, into: &typingIntervalMs)
        try environment.read("FLUSH_DELAY_US", in: 0...1_000_000, into: &flushDelayMicroseconds)
        try environment.read("DRAIN_SECONDS", in: 0...3600, into: &drainSeconds)
    }

    /// What one installation decides: sign-in, time zone, promises, who reaches what.
    private mutating func readInstallation(_ environment: Environment) throws {
        if let text = environment["SIGN_IN_URL"] {
            guard let page = SignInPage(text) else {
                throw UsageError(
                    "GUICHET_SIGN_IN_URL is “\(text)”; it must be https://…, http://… or a path that begins with /"
                )
            }
            signInURL = page.url
        }
        if let name = environment["TIME_ZONE"] {
            guard let zone = ReportZone(name) else {
                throw UsageError(
                    "GUICHET_TIME_ZONE is “\(name)”; it must be a name of the IANA time zone database, "
                        + "such as Europe/Paris or UTC")
            }
            timeZone = zone
        }
        if let file = environment["SLA"] { policy = try SettingsFile.policy("SLA", file) }
        switch environment["TECHNICIAN_SCOPE"] {
        case nil, "assigned": break
        case "all": techniciansReachAll = true
        case let other?:
            throw UsageError("GUICHET_TECHNICIAN_SCOPE is “\(other)”; it must be all or assigned")
        }
    }
}

extension HubSettings {
    static func trustedProxies(_ environment: Environment) throws -> [AddressRange] {
        let ranges = try environment.list("TRUSTED_PROXIES").filter { !$0.isEmpty }.map { text in
            guard let range = AddressRange(text) else {
                throw UsageError(
                    "GUICHET_TRUSTED_PROXIES has “\(text)”; it must be addresses or ranges, such as "
                        + "127.0.0.1,10.0.0.0/8")
            }
            guard !range.isTooWide else {
                throw UsageError(
                    "GUICHET_TRUSTED_PROXIES has “\(text)”, which is wider than any private network "
                        + "(IPv4 /8, IPv6 /7): any client in it could forge its address; "
                        + "name your proxies")
            }
            return range
        }
        guard !ranges.areTooWide else {
            throw UsageError(
                "GUICHET_TRUSTED_PROXIES has ranges that are together wider than any private network "
                    + "(IPv4 /8, IPv6 /7): any client in them could forge its address; name your proxies"
            )
        }
        return ranges
    }

    static func readsProxyHeaders(
        _ environment: Environment, from proxies: [AddressRange]
    ) throws -> Bool {
        guard let text = environment["PROXY_PROTOCOL"], text != "off" else { return false }
        guard text == "v2" else {
            throw UsageError("GUICHET_PROXY_PROTOCOL is “\(text)”; it must be off or v2")
        }
        guard !proxies.isEmpty else {
            throw UsageError(
                "GUICHET_PROXY_PROTOCOL is v2, but no proxy is trusted: set GUICHET_TRUSTED_PROXIES "
                    + "to the addresses that its connections come from")
        }
        return true
    }

    static func metricsToken(_ environment: Environment) throws -> [UInt8]? {
        guard let text = environment["METRICS_TOKEN"] else { return nil }
        let token = Array(text.utf8)
        guard token.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw UsageError(
                "GUICHET_METRICS_TOKEN has a blank or a letter outside ASCII, which no header can hold"
            )
        }
        if let weakness = SecretStrength.weakness(of: token, bytesMin: 8) {
            throw UsageError(
                "GUICHET_METRICS_TOKEN is too weak: \(weakness); "
                    + "make one with: head -c 24 /dev/urandom | base64")
        }
        return token
    }
}

extension Endpoint {
    /// `HOST:PORT`, IPv6 hosts in brackets.
    init(_ text: String, of setting: String) throws {
        guard let colon = text.lastIndex(of: ":"), let name = Self.host(text[..<colon]),
            let number = Int(digits: text[text.index(after: colon)...]),
            let port = UInt16(exactly: number)
        else {
            throw UsageError(
                "\(setting) must be HOST:PORT, not “\(text)”; an address of IPv6 stands in "
                    + "brackets, as in [::1]:8080")
        }
        self.init(host: name, port: port)
    }

    /// A name, an IPv4 address, or an IPv6 address in brackets; nil: none of these.
    private static func host(_ text: Substring) -> String? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let name = isBracketed ? text.dropFirst().dropLast() : text
        let signs = isBracketed ? ".:%-_" : ".-_"
        let isPlain = name.unicodeScalars.allSatisfy {
            signs.unicodeScalars.contains($0)
                || $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
        }
        return isPlain && !name.isEmpty ? String(name) : nil
    }
}

extension UploadSettings {
    fileprivate mutating func read(_ environment: Environment) throws {
        let many = 0...(1 << 50)
        try environment.read("MAX_UPLOAD_BYTES", in: 1...(1 << 40), into: &fileBytes)
        try environment.read("UPLOAD_DAILY_BYTES", in: many, into: &dailyBytes)
        try environment.read("UPLOAD_DAILY_FILES", in: many, into: &dailyFiles)
        // The name of earlier versions; the new one wins.
        try environment.read("UPLOAD_CONCURRENT", in: 0...10_000, into: &concurrent)
        try environment.read("UPLOADS_PER_PERSON", in: 0...10_000, into: &concurrent)
        try environment.read("UPLOAD_FREE_PERCENT", in: 0...100, into: &freePercent)
        try environment.read("UPLOAD_ORPHAN_SECONDS", in: 1...31_536_000, into: &orphanSeconds)
    }
}

extension BudgetSettings {
    fileprivate mutating func read(_ environment: Environment) throws {
        let many = 0...1_000_000
        try environment.read("REQUESTS_PER_SECOND", in: many, into: &requestsPerSecond)
        try environment.read("SEARCHES_PER_SECOND", in: many, into: &searchesPerSecond)
        try environment.read("SOCKETS_PER_PERSON", in: many, into: &sockets)
        try environment.read("STREAMS_PER_PERSON", in: many, into: &streams)
        try readCreations(environment)
    }

    /// One number for clients and one for staff, or one for both.
    private mutating func readCreations(_ environment: Environment) throws {
        guard let text = environment["CREATIONS_PER_HOUR"] else { return }
        let list = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let numbers = list.compactMap { Int(digits: $0) }.filter { (0...1_000_000).contains($0) }
        guard numbers.count == list.count, let clients = numbers.first, numbers.count <= 2 else {
            throw UsageError(
                "GUICHET_CREATIONS_PER_HOUR is “\(text)”; it must be two "
                    + "numbers from 0 to 1000000, of clients and of staff, such as 60,600")
        }
        clientCreationsPerHour = clients
        staffCreationsPerHour = numbers.last ?? clients
    }
}
