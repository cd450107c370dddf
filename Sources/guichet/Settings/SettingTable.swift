// Table of all settings. `--help` prints it, docs/configuration.md must have each name, and other
// names are refused: a new setting needs a line here.

enum SettingTable {
    static let all: [Setting] = [
        // The file of the other settings.
        Setting("SETTINGS", "none", "a file with any of these, read again at SIGHUP"),

        // Listening and serving.
        Setting(
            "LISTEN", option: "HOST:PORT", "127.0.0.1:8080", "where to listen; port 0: a free one"),
        Setting(
            "STORE", option: "sqlite:FILE|mongodb://…", "sqlite:guichet.db", "where tickets live"),
        Setting("WEB", option: "DIR", "near the program", "the web client"),
        Setting(
            "TLS_CERT", option: "PEM", "none", "serve https:// and wss:// with this certificate"),
        Setting("TLS_KEY", option: "PEM", "none", "the key of the certificate"),
        Setting("BASE_PATH", "/", "where the hub is on its site"),
        Setting("WORKERS", option: "N", "one per core", "event loops, 1 to 256"),
        Setting("LOG", option: "text|json", "text", "form of the log lines on stderr"),
        Setting("DEMO", option: "", "off", "people and conversations to look at"),
        Setting(
            "CONFORMANCE", option: "", "off", "a WebSocket echo without sign-in, for test suites"),
        Setting("METRICS", "none", "HOST:PORT for /metrics alone, where it needs no token"),
        Setting("METRICS_TOKEN", "none", "a token for /metrics, besides an admin's token"),
        Setting("SQLITE_CACHE_BYTES", "128 MiB", "memory for pages of the SQLite file"),
        Setting("V2_VIEW", "none", "a MongoDB view of the tickets in an old portal's shape"),

        // Access.
        Setting("JWT_SECRET", "", "HS256 key, used as text, 32 bytes or more"),
        Setting("JWT_SECRET_OLD", "none", "an older HS256 key whose tokens are still valid"),
        Setting("JWT_PUBLIC_KEY", "", "a PEM file of public keys, or a folder of such files"),
        Setting("ALLOWED_ORIGINS", "none", "origins of other sites that may call, comma-separated"),
        Setting("SIGN_IN_URL", "none", "sign-in page for people without a valid token"),
        Setting("TRUSTED_PROXIES", "none", "proxies whose X-Forwarded-For is trusted, as ranges"),
        Setting("PROXY_PROTOCOL", "off", "v2: connections of those proxies begin with its header"),
        Setting("FRAME_ANCESTORS", "none", "origins whose pages may frame ours, or self"),
        Setting("REVOKED", "none", "a file of people whose tokens are revoked"),
        Setting("TECHNICIAN_SCOPE", "assigned", "assigned or all: which tickets technicians see"),

        // Presentation.
        Setting("TIME_ZONE", "UTC", "the default time zone of reports"),

        // Files of settings.
        Setting("SLA", "built in", "a JSON file of targets and working hours"),
        Setting("WEBHOOKS", "none", "a JSON file of webhooks"),
        Setting("SMTP", "none", "a JSON file: the mail server"),
        Setting("TEMPLATES", "built in", "a folder of e-mail templates"),

        // The outbox.
        Setting(
            "NOTIFY_BURST_SECONDS", "600",
            "the shortest time between two notifications to a watcher"),
        Setting("OUTBOX_RETRY_SECONDS", "5 s to 12 h", "waits between tries, comma-separated"),
        Setting("OUTBOX_LEASE_SECONDS", "30", "the lease of a delivery"),

        // Limits.
        Setting("MAX_BODY_BYTES", "16384", "body of a message, description"),
        Setting("MAX_FRAME_BYTES", "1048576", "WebSocket frame and message"),
        Setting("MAX_REQUEST_BYTES", "1048576", "body of a request"),
        Setting("MAX_UPLOAD_BYTES", "26214400", "an uploaded file"),
        Setting("UPLOAD_DAILY_BYTES", "2147483648", "a person's uploads in 24 hours; 0: no limit"),
        Setting("UPLOAD_DAILY_FILES", "2000", "a person's uploads in 24 hours; 0: no limit"),
        Setting("UPLOAD_CONCURRENT", "8", "a person's uploads at a time"),
        Setting("UPLOAD_FREE_PERCENT", "5", "no uploads when less of the disk is free; 0: never"),
        Setting("UPLOAD_ORPHAN_SECONDS", "86400", "the age at which an unattached file is removed"),
        Setting("MAX_ROOMS", "100", "rooms of a connection"),
        Setting("COMMANDS_PER_SECOND", "20", "of a connection; 0: no limit"),
        Setting("COMMAND_BURST", "60", "commands at once; 0: no limit"),
        Setting("CONTROL_FRAMES_PER_SECOND", "20", "pings and pongs of a connection; 0: no limit"),
        Setting("CONNECTIONS_PER_ADDRESS", "0", "of one IPv4 address or /64 of IPv6; 0: no limit"),
        Setting("OUTBOUND_BYTES", "1048576", "bytes queued for a slow reader"),
        Setting("OUTBOUND_TOTAL_BYTES", "512 MiB", "bytes queued for all slow readers"),
        Setting("INBOUND_TOTAL_BYTES", "128 MiB", "bytes of incomplete requests and messages"),
        Setting("MEMORY_BYTES", "the machine's memory", "memory limit of the process; 0: none"),

        // Per person, over all connections; 0 switches a limit off.
        Setting("REQUESTS_PER_SECOND", "20", "commands and requests, bursts of five times as many"),
        Setting("CREATIONS_PER_HOUR", "60,600", "new tickets, of clients and of staff"),
        Setting("SEARCHES_PER_SECOND", "5", "searches, bursts of four times as many"),
        Setting("SOCKETS_PER_PERSON", "64", "WebSockets at a time"),
        Setting("STREAMS_PER_PERSON", "32", "streams at a time"),
        Setting("UPLOADS_PER_PERSON", "8", "uploads at a time"),
        Setting("MAILS_PER_HOUR", "60", "e-mails to a recipient"),

        // Time.
        Setting("HEAD_SECONDS", "10", "for a request's head to arrive; 0: no limit"),
        Setting("HANDSHAKE_SECONDS", "10", "for a TLS handshake"),
        Setting("HEARTBEAT_SECONDS", "25", "between pings of the hub; 0: none"),
        Setting("DEAD_SECONDS", "60", "of silence until a connection is closed; 0: never"),
        Setting("TYPING_INTERVAL_MS", "3000", "between a person's typing signals; 0: each passes"),
        Setting("FLUSH_DELAY_US", "2000", "how long a busy worker may hold broadcasts; 0: never"),
        Setting("DRAIN_SECONDS", "30", "for open connections to finish; 0: at once"),
        Setting("DEFLATE_MIN_BYTES", "512", "the smallest message that is compressed; 0: never"),
    ]

    /// Throws on unknown variables: a misspelt setting would have no effect.
    static func check(_ variables: some Sequence<String>) throws {
        for variable in variables.sorted() where isOurs(variable) {
            let name = String(variable.dropFirst(prefix.count))
            let isKnown = variable.hasPrefix(prefix) && all.contains { $0.name == name }
            guard !isKnown else { continue }
            throw UsageError(
                "\(variable) is not a setting; the nearest one is \(nearest(to: name).variable). "
                    + "Correct its name, or unset it; `guichet serve --help` lists all")
        }
    }

    private static let prefix = "GUICHET_"

    /// In capitals or not: a name in small letters was meant for us, and has no effect either.
    /// `GUICHET_TEST_…` is reserved for the tests.
    private static func isOurs(_ variable: String) -> Bool {
        let capitals = variable.uppercased()
        return capitals.hasPrefix(prefix) && !capitals.hasPrefix("\(prefix)TEST_")
    }

    private static func nearest(to name: String) -> Setting {
        let name = name.uppercased()
        // A name that lacks some of its words, or has more, is nearer to that one than to any other.
        let longer = all.filter {
            $0.name.hasPrefix("\(name)_") || !name.isEmpty && $0.name.hasSuffix("_\(name)")
        }
        if let shortest = longer.min(by: { $0.name.utf8.count < $1.name.utf8.count }) {
            return shortest
        }
        let shorter = all.filter { name.hasPrefix("\($0.name)_") }
        if let longest = shorter.max(by: { $0.name.utf8.count < $1.name.utf8.count }) {
            return longest
        }
        // The beginning of a word is rarely wrong.
        let distances = all.map { setting in
            let common = zip(name.utf8, setting.name.utf8).prefix { $0 == $1 }.count
            return (setting, 2 * EditDistance.between(name, setting.name) - common)
        }
        return distances.min { $0.1 < $1.1 }?.0 ?? all[0]
    }
}
