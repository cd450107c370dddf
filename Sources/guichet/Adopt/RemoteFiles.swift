// Files of an old system behind a URL. Only that server is asked, whatever a document says: the
// place of a file gives the path below the URL.

import Adoption
import Glibc
import Notify
import Text
import Wire

final class RemoteFiles: OldFiles {
    let label: String
    /// `https://host:port`, in lower case.
    private let origin: String
    /// The parts of the URL's path.
    private let base: [String]
    private let transfer: FileTransfer
    /// Files in a row that got no answer at all.
    private var failures = 0

    private static let triesMax = 3
    private static let redirectsMax = 5
    private static let failuresMax = 10

    init(url: String, allowsPrivate: Bool) throws {
        label = url
        guard let (origin, path) = Self.split(url), !path.contains("?"), !path.contains("#") else {
            throw UsageError("--files-from \(url): it is no http or https URL of a folder")
        }
        let host = Self.host(of: origin)
        if !allowsPrivate, FileTransfer.isPrivate(host: host) == true {
            throw UsageError(
                "--files-from \(url): \(host) is a private address; allow it with --allow-private")
        }
        guard let transfer = FileTransfer(allowsPrivate: allowsPrivate) else {
            throw UsageError("--files-from \(url): libcurl did not start")
        }
        self.origin = origin
        base = path.split(separator: "/").map(String.init)
        self.transfer = transfer
    }

    func mayHave(_ file: OldAttachment) -> Bool { !paths(file).isEmpty }

    func fetch(_ file: OldAttachment, bytesMax: Int, _ take: ([UInt8]) throws -> Void) throws {
        for path in paths(file) where try get(origin + path, bytesMax: bytesMax) {
            return try transfer.read(take)
        }
        throw FileStays("the server answered 404")
    }

    // MARK: Paths

    /// The path below the URL first, then the base name below it.
    private func paths(_ file: OldAttachment) -> [String] {
        var found: [String] = []
        for place in file.places.isEmpty ? [file.name] : file.places {
            let old = OldPath(place)
            guard let whole = old.candidates.first, let name = whole.last else { continue }
            let query = old.query.isEmpty ? "" : "?" + Self.encoded(old.query, keeping: "=&/+,;:")
            let parts = query.isEmpty ? whole : old.candidates.first { !$0.joined().contains("?") }
            let path = parts ?? whole
            let below = path.starts(with: base) ? Array(path.dropFirst(base.count)) : path
            for rest in [below, path, [path.last ?? name]] where !rest.isEmpty {
                let all = (base + rest).map { Self.encoded($0, keeping: "") }
                let url = "/" + all.joined(separator: "/") + query
                if !found.contains(url) { found.append(url) }
            }
        }
        return found
    }

    /// Percent-encodes what a URL cannot have; what is encoded already stays.
    private static func encoded(_ text: String, keeping kept: String) -> String {
        var bytes: [UInt8] = []
        let given = Array(text.utf8)
        for (index, byte) in given.enumerated() {
            let isEscape =
                byte == UInt8(ascii: "%") && index + 2 < given.count
                && given[index + 1...index + 2].allSatisfy {
                    Character(Unicode.Scalar($0)).isHexDigit
                }
            let isPlain =
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                || "-._~".utf8.contains(byte) || kept.utf8.contains(byte)
            if isEscape || isPlain {
                bytes.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Requests

    /// false: the server has no such file.
    private func get(_ url: String, bytesMax: Int) throws -> Bool {
        var (url, redirects, tries) = (url, 0, 0)
        while true {
            switch transfer.get(url, bytesMax: bytesMax) {
            case .whole:
                failures = 0
                return true
            case .tooLarge: throw FileStays.tooLarge
            case .status(let status, let lines):
                failures = 0
                if status == 404 { return false }
                if [301, 302, 303, 307, 308].contains(status) {
                    redirects += 1
                    url = try next(after: url, lines, redirects)
                } else if status == 429 || status >= 500, tries + 1 < Self.triesMax {
                    tries += 1
                    pause(tries)
                } else {
                    throw FileStays("the server answered \(status)")
                }
            case .failed(let reason):
                tries += 1
                guard tries < Self.triesMax else { try giveUp(reason) }
                pause(tries)
            }
        }
    }

    /// Ends the run when the server is away: it goes on from here when it is started again.
    private func giveUp(_ reason: String) throws -> Never {
        failures += 1
        guard failures < Self.failuresMax else {
            throw UsageError(
                "\(label): \(reason). \(failures) files in a row got no answer; start it again "
                    + "when the server is back")
        }
        throw FileStays(reason)
    }

    private func pause(_ tries: Int) { usleep(UInt32(250_000 * tries)) }

    private func next(after url: String, _ lines: [String], _ redirects: Int) throws -> String {
        guard redirects <= Self.redirectsMax else { throw FileStays("it redirects too often") }
        guard let target = Self.location(lines), let (_, path) = Self.split(url) else {
            throw FileStays("it redirects to nowhere")
        }
        if target.hasPrefix("//") || target.contains("://") {
            guard let (other, rest) = Self.split(target), other == origin else {
                throw FileStays("it redirects to another host")
            }
            return other + rest
        }
        if target.hasPrefix("/") { return origin + target }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return origin + folder.joined(separator: "/") + "/" + target
    }

    private static func location(_ lines: [String]) -> String? {
        for line in lines.reversed() {
            guard let colon = line.firstIndex(of: ":"),
                line[..<colon].lowercased() == "location"
            else { continue }
            return String(line[line.index(after: colon)...].trimmingPrefix(" "))
        }
        return nil
    }

    // MARK: URLs

    /// The origin in lower case, and the path; nil: no such URL, or one with a user in it.
    private static func split(_ url: String) -> (origin: String, path: String)? {
        guard let colon = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<colon.lowerBound].lowercased()
        let rest = url[colon.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" || $0 == "\\" }
        let authority = rest[..<(end ?? rest.endIndex)].lowercased()
        guard scheme == "http" || scheme == "https", !authority.isEmpty,
            !authority.contains("@"), authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        let path = end.map { String(rest[$0...]) } ?? "/"
        guard path.hasPrefix("/") else { return nil }
        return ("\(scheme)://\(authority)", path)
    }

    /// Without the port, and without the brackets of an IPv6 address.
    private static func host(of origin: String) -> String {
        var host = origin.split(separator: "/").last.map(String.init) ?? ""
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return String(host[host.index(after: host.startIndex)..<end])
        }
        if let colon = host.firstIndex(of: ":") { host = String(host[..<colon]) }
        return host
    }
}
