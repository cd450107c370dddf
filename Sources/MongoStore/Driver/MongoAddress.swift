// Address of the database, with a label for logs that has only the hosts and the database.

struct MongoAddress: Sendable, Hashable {
    /// With credentials; for the driver only.
    let uri: String
    let hosts: String
    let database: String
    /// For a process that stays: the driver watches the servers from threads of its own.
    let isMonitored: Bool

    /// `database`, or the one in the URI's path, or "guichet".
    init(uri: String, database: String?, isMonitored: Bool = false) {
        self.uri = uri
        self.isMonitored = isMonitored
        let place = Self.withoutSecrets(uri)
        let parts = place.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        hosts = parts.first.map(String.init) ?? ""
        let path = parts.dropFirst().first.map(String.init) ?? ""
        self.database = database ?? (path.isEmpty ? "guichet" : path)
    }

    var label: String { "mongodb at \(hosts), database \(database)" }

    /// `host:port,host:port/path`. Cuts after the last "@": an unescaped password may contain "/",
    /// "?" and "@". Options are removed too, since they may hold secrets.
    private static func withoutSecrets(_ uri: String) -> Substring {
        var place = Substring(uri)
        if let at = place.lastIndex(of: "@") {
            place = place[place.index(after: at)...]
        } else if let slashes = Self.end(of: "://", in: place) {
            place = place[slashes...]
        }
        return place.prefix { $0 != "?" }
    }

    private static func end(of separator: String, in text: Substring) -> Substring.Index? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix(separator) else {
            return nil
        }
        return text.index(colon, offsetBy: separator.count)
    }
}
