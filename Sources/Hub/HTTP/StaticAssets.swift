// The web client, read once at start: bytes, gzip, ETag and type by path. Requests only look into
// this table, so no path can leave the folder.

import Glibc
import Reactor
import Text
import Wire

package struct StaticAssets: Sendable {
    private struct Asset: Sendable {
        let bytes: [UInt8]
        let gzip: [UInt8]?
        let type: String
        /// Without quotes.
        let tag: String
        /// Unix seconds.
        let modifiedAt: Int
    }

    private static let pages: [ExactText: ExactText] = [
        "/": "/index.html", "/client-portal": "/client-portal.html",
        "/admin": "/admin-tickets.html", "/admin/tickets": "/admin-tickets.html",
    ]

    /// Allows only resources of the hub, and no inline script.
    private static let commonPolicy = """
        default-src 'self'; connect-src 'self'; script-src 'self'; style-src 'self'; \
        img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'
        """

    private let policy: String
    private let assets: [ExactText: Asset]
    /// Changes when any file changes.
    package let build: String

    /// Reads every file below `directory`, except hidden files and links, which may lead outside.
    /// Adds `signInURL` to the pages, whose scripts need it before anyone is signed in.
    ///
    /// - Parameters:
    ///   - basePath: the hub's path on its site; links of pages begin with it.
    ///   - frameAncestors: origins whose pages may frame the hub's, or `'self'`; empty: none.
    package init(
        directory: String?, signInURL: String? = nil, basePath: String = "",
        frameAncestors: [String] = []
    ) {
        let ancestors = frameAncestors.isEmpty ? ["'none'"] : frameAncestors
        policy = "\(Self.commonPolicy); frame-ancestors \(ancestors.joined(separator: " "))"
        var assets: [ExactText: Asset] = [:]
        let pages = PageNotes(signIn: signInURL.map(SignInPage.note) ?? [], basePath: basePath)
        if let directory { Self.read(directory, prefix: "", pages, into: &assets) }
        self.assets = assets
        let tags = assets.sorted { $0.key < $1.key }.map { $0.key.string + $0.value.tag }.joined()
        build = String(Base64.encodeURL(SHA256.hash(Array(tags.utf8))).prefix(12))
    }

    package var count: Int { assets.count }

    func has(_ path: ExactText) -> Bool { asset(at: path) != nil }

    func response(to head: RequestHead) -> Response {
        guard let asset = asset(at: head.path) else {
            return .problem(status: 404, "There is nothing at this path.")
        }
        let gzip = head.headers.acceptsGzip ? asset.gzip : nil
        // Each coding is another sequence of bytes, and a strong tag names one sequence.
        let tag = gzip == nil ? "\"\(asset.tag)\"" : "\"\(asset.tag)-gzip\""
        var response = Response(status: 200)
        response.headers = [
            ("Content-Type", asset.type), ("ETag", tag),
            ("Last-Modified", HTTPDate.format(unixSeconds: asset.modifiedAt)),
            ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding"),
            ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
        ]
        if isCurrent(asset, tag, in: head) {
            response.status = 304
        } else if let gzip {
            response.headers.append(("Content-Encoding", "gzip"))
            response.body = gzip
        } else {
            response.body = asset.bytes
        }
        return response
    }

    private func asset(at path: ExactText) -> Asset? {
        if let asset = assets[path] { return asset }
        if let page = Self.pages[path] ?? Self.pages[Self.withoutSlash(path)] {
            return assets[page]
        }
        // Views of a page have paths of their own.
        for prefix: ExactText in ["/client-portal/", "/admin/tickets/"]
        where path.hasPrefix(prefix) {
            return assets[Self.pages[Self.withoutSlash(prefix)] ?? ""]
        }
        return nil
    }

    private static func withoutSlash(_ path: ExactText) -> ExactText {
        guard path.utf8.last == UInt8(ascii: "/") else { return path }
        return ExactText(Substring(path.utf8.dropLast()))
    }

    /// RFC 9110 section 13.1: a tag takes precedence over the date.
    private func isCurrent(_ asset: Asset, _ tag: String, in head: RequestHead) -> Bool {
        if let tags = EntityTags(head.headers, "if-none-match") { return tags.includes(tag) }
        let now = Int(wallClockMilliseconds() / 1000)
        guard let text = head.headers["if-modified-since"],
            let since = HTTPDate.parse(text, nowSeconds: now)
        else { return false }
        return asset.modifiedAt <= since
    }

    // MARK: Reading

    /// Files for developers of the client, not served.
    private static let kept: Set<String> = [
        "tests", "node_modules", "package.json", "package-lock.json", "tsconfig.json",
        "jsconfig.json",
    ]

    private static func read(
        _ directory: String, prefix: String, _ pages: PageNotes,
        into assets: inout [ExactText: Asset]
    ) {
        guard let stream = unsafe opendir(directory) else { return }
        defer { unsafe _ = closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            guard !name.hasPrefix("."), !Self.kept.contains(name) else { continue }
            let path = "\(directory)/\(name)"
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                read(path, prefix: "\(prefix)/\(name)", pages, into: &assets)
            } else if status.st_mode & S_IFMT == S_IFREG,
                let bytes = contents(of: path, size: Int(status.st_size))
            {
                assets[ExactText("\(prefix)/\(name)")] = asset(
                    name.hasSuffix(".html") ? pages.written(into: bytes) : bytes,
                    name: name, modifiedAt: Int(status.st_mtim.tv_sec))
            }
        }
    }

    private static func contents(of path: String, size: Int) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: size)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(file, $0.baseAddress, size)
        }
        return count == size ? bytes : nil
    }

    private static func asset(_ bytes: [UInt8], name: String, modifiedAt: Int) -> Asset {
        let type = contentType(of: name)
        let isText = type.contains("charset") || type.contains("svg") || type.contains("json")
        let gzip = isText && bytes.count > 512 ? Gzip.compress(bytes) : nil
        let tag = Base64.encodeURL(SHA256.hash(bytes)).prefix(16)
        return Asset(
            bytes: bytes, gzip: gzip.flatMap { $0.count < bytes.count ? $0 : nil }, type: type,
            tag: String(tag), modifiedAt: modifiedAt)
    }

    private static func contentType(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "txt", "md": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }
}
