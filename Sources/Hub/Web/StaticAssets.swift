// The web client, read once at start: bytes, gzip, ETag and type by path. Requests only look into
// this table, so no path can leave the folder.
//
// A file has two addresses: its path, which a browser asks about each time, and the same path below
// the folder of this build, which it keeps for good. Pages use the second one.

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

    /// Above the folder of a build.
    private static let builds = "/assets"

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
    /// Below the folder of this build, in front of `assets`.
    private let joined: [ExactText: Asset]
    /// Changes when any file changes.
    package let build: String
    /// The address of this build's files, without the base path.
    private let folder: String

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
        let files = directory.map(WebFolder.read) ?? [:]
        let notes = PageNotes(signIn: signInURL.map(SignInPage.note) ?? [], basePath: basePath)
        build = Self.build(of: files, notes)
        folder = "\(Self.builds)/\(build)"
        let client = JoinedClient(files: files, build: build, folder: folder)
        joined = client.joined.mapValues(Self.asset)
        assets = files.merging(client.pages) { $1 }.mapValues { file in
            Self.asset(file.isPage ? file.with(notes.written(into: file.bytes)) : file)
        }
    }

    private static func build(of files: [ExactText: WebFile], _ notes: PageNotes) -> String {
        var parts = notes.signIn + Array("\n\(notes.basePath)\n".utf8)
        for (path, file) in files.sorted(by: { $0.key < $1.key }) {
            parts += path.utf8
            parts += SHA256.hash(file.bytes)
        }
        return String(Base64.encodeURL(SHA256.hash(parts)).prefix(12))
    }

    package var count: Int { assets.count }

    func has(_ path: ExactText) -> Bool { (assetOfBuild(at: path) ?? asset(at: path)) != nil }

    private static let forGood = "public, max-age=31536000, immutable"

    func response(to head: RequestHead) -> Response {
        let ofBuild = assetOfBuild(at: head.path)
        guard let asset = ofBuild ?? asset(at: head.path) else {
            return .problem(status: 404, "There is nothing at this path.")
        }
        let gzip = head.headers.acceptsGzip ? asset.gzip : nil
        // Each coding is another sequence of bytes, and a strong tag names one sequence.
        let tag = gzip == nil ? "\"\(asset.tag)\"" : "\"\(asset.tag)-gzip\""
        var response = Response(status: 200)
        response.headers = [
            ("Content-Type", asset.type), ("ETag", tag),
            ("Last-Modified", HTTPDate.format(unixSeconds: asset.modifiedAt)),
            ("Cache-Control", ofBuild == nil ? "no-cache" : Self.forGood),
            ("Vary", "Accept-Encoding"),
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

    /// Pages have no second address: they name the build, and must be asked for.
    private func assetOfBuild(at path: ExactText) -> Asset? {
        guard path.utf8.starts(with: folder.utf8) else { return nil }
        let rest = ExactText(Substring(path.utf8.dropFirst(folder.utf8.count)))
        guard !rest.utf8.reversed().starts(with: ".html".utf8.reversed()) else { return nil }
        return joined[rest] ?? assets[rest]
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

    // MARK: Making

    private static func asset(_ file: WebFile) -> Asset {
        let (bytes, type) = (file.bytes, contentType(of: file.name))
        let isText = type.contains("charset") || type.contains("svg") || type.contains("json")
        let gzip = isText && bytes.count > 512 ? Gzip.compress(bytes) : nil
        let tag = Base64.encodeURL(SHA256.hash(bytes)).prefix(16)
        return Asset(
            bytes: bytes, gzip: gzip.flatMap { $0.count < bytes.count ? $0 : nil }, type: type,
            tag: String(tag), modifiedAt: file.modifiedAt)
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
