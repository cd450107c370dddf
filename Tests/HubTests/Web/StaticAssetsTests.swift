// The web client from memory: types, tags, compression, and no path out of the folder.

import Glibc
import TestSupport
import Testing
import Text
import Wire

@testable import Hub

@Suite struct StaticAssetsTests {
    private let folder: TemporaryFolder
    private let assets: StaticAssets
    private static let script = String(repeating: "export const one = 1;\n", count: 100)

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("index.html", "<title>Guichet</title>")
        try folder.write("client-portal.html", "<title>Portal</title>")
        try folder.write("admin-tickets.html", "<title>Desk</title>")
        try folder.write("net/connection.js", Self.script)
        try folder.write("styles/tokens.css", "a{}")
        try folder.write("icon.svg", "<svg/>")
        try folder.write("logo.png", [0x89, 0x50])
        try folder.write("strange.xyz", "?")
        try folder.write("empty.txt", "")
        try folder.write(".hidden", "SECRET")
        try folder.write(".git/config", "SECRET")
        try folder.write("tests/a.js", "SECRET")
        try folder.write("package.json", "SECRET")
        try folder.write("sdk/package.json", "SECRET")
        try folder.write("node_modules/a.js", "SECRET")
        assets = StaticAssets(directory: folder.path)
    }

    private func get(_ path: String, _ headers: [(String, String)] = []) throws -> Response {
        assets.response(to: try requestHead(path, headers))
    }

    @Test(arguments: [
        ("/index.html", "text/html; charset=utf-8"),
        ("/net/connection.js", "text/javascript; charset=utf-8"),
        ("/styles/tokens.css", "text/css; charset=utf-8"), ("/icon.svg", "image/svg+xml"),
        ("/logo.png", "image/png"), ("/strange.xyz", "application/octet-stream"),
        ("/empty.txt", "text/plain; charset=utf-8"),
    ])
    func `names the type of each file`(_ path: String, _ type: String) throws {
        let response = try get(path)
        #expect(response.status == 200)
        #expect(response["Content-Type"] == type)
        #expect(response["Content-Security-Policy"]?.contains("default-src 'self'") == true)
    }

    @Test(arguments: [
        ("/", "Guichet"), ("/client-portal", "Portal"), ("/client-portal/", "Portal"),
        ("/client-portal/T-1042", "Portal"), ("/admin/tickets", "Desk"), ("/admin", "Desk"),
        ("/admin/tickets/T-1042", "Desk"),
    ])
    func `pages have paths without an ending`(_ path: String, _ title: String) throws {
        #expect(text(try get(path).body) == "<title>\(title)</title>")
    }

    @Test func `a tag that is known answers 304 without a body`() throws {
        let tag = try #require(try get("/index.html")["ETag"])
        for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let response = try get("/index.html", [("If-None-Match", known)])
            #expect(response.status == 304, "\(known)")
            #expect(response.body.isEmpty)
            #expect(response["ETag"] == tag)
        }
        #expect(try get("/index.html", [("If-None-Match", "\"x\"")]).status == 200)
    }

    @Test func `a date counts only where there is no tag`() throws {
        let date = try #require(try get("/index.html")["Last-Modified"])
        #expect(try get("/index.html", [("If-Modified-Since", date)]).status == 304)
        let both = [("If-Modified-Since", date), ("If-None-Match", "\"x\"")]
        #expect(try get("/index.html", both).status == 200)
        for old in [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            #expect(try get("/index.html", [("If-Modified-Since", old)]).status == 200)
        }
    }

    @Test func `compresses text for clients that accept it`() throws {
        let packed = try get("/net/connection.js", [("Accept-Encoding", "br, gzip")])
        #expect(packed["Content-Encoding"] == "gzip")
        #expect(packed.body.prefix(2) == [0x1F, 0x8B])
        #expect(packed.body.count < Self.script.utf8.count)
        #expect(packed["Vary"] == "Accept-Encoding")
        for refusing in [
            [], [("Accept-Encoding", "br")], [("Accept-Encoding", "gzip;q=0")],
            [("Accept-Encoding", "gzip;q=0.000")],
        ] {
            let plain = try get("/net/connection.js", refusing)
            #expect(plain["Content-Encoding"] == nil)
            #expect(text(plain.body) == Self.script)
        }
        let small = try get("/styles/tokens.css", [("Accept-Encoding", "gzip")])
        #expect(small["Content-Encoding"] == nil, "three bytes do not get smaller")
    }

    @Test func `each coding has a tag of its own`() throws {
        let taking = ("Accept-Encoding", "gzip")
        let plain = try #require(try get("/net/connection.js")["ETag"])
        let packed = try #require(try get("/net/connection.js", [taking])["ETag"])
        #expect(plain != packed)
        #expect(try get("/net/connection.js", [taking, ("If-None-Match", packed)]).status == 304)
        #expect(try get("/net/connection.js", [taking, ("If-None-Match", plain)]).status == 200)
        #expect(try get("/net/connection.js", [("If-None-Match", packed)]).status == 200)
        let either = [taking, ("If-None-Match", "\(plain), W/\(packed)")]
        #expect(try get("/net/connection.js", either).status == 304)
        // What does not get smaller is the same bytes to all.
        #expect(
            try get("/styles/tokens.css", [taking])["ETag"] == get("/styles/tokens.css")["ETag"])
    }

    @Test(arguments: [
        "/package.json", "/sdk/package.json", "/node_modules/a.js", "/nothing", "/.hidden",
        "/.git/config", "/tests/a.js", "/net", "/net/", "/INDEX.HTML",
        "/index.html/", "//index.html", "/index.html%00", "/net/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd", "/net/..%2f.hidden", "/net%2f..%2f.hidden",
    ])
    func `other paths are 404`(_ path: String) throws {
        // Some of these are no request at all; the parser refuses those before any file is asked.
        guard let head = try? requestHead(path) else { return }
        let response = assets.response(to: head)
        #expect(response.status == 404)
        #expect(!text(response.body).contains("SECRET"))
    }

    @Test func `links and what is not a file are left out`() throws {
        let outside = try TemporaryFolder()
        try outside.write("secret.txt", "SECRET")
        try folder.link("link.txt", to: "\(outside.path)/secret.txt")
        try folder.link("out", to: outside.path)
        try folder.link("loop", to: folder.path)
        let made = unsafe mkfifo("\(folder.path)/pipe.txt", 0o600)
        try #require(made == 0)
        #expect(StaticAssets(directory: folder.path).count == assets.count)
    }

    @Test func `a file of this build is kept, under its own path it is asked about`()
        throws
    {
        let kept = try get("/assets/\(assets.build)/net/connection.js")
        #expect(kept["Cache-Control"] == "public, max-age=31536000, immutable")
        #expect(text(kept.body) == Self.script)
        #expect(try get("/net/connection.js")["Cache-Control"] == "no-cache")
        #expect(try get("/client-portal")["Cache-Control"] == "no-cache")
    }

    @Test func `another build, a page or a folder has no kept address`() throws {
        for path in [
            "/assets/AAAAAAAAAAAA/net/connection.js", "/assets/\(assets.build)/index.html",
            "/assets/\(assets.build)/", "/assets/\(assets.build)", "/assets/",
            "/assets/\(assets.build)/client-portal/",
        ] {
            #expect(try get(path).status == 404, "\(path)")
            #expect(!assets.has(ExactText(path)))
        }
    }

    @Test func `a page has one sheet and one script, of this build`() throws {
        try folder.write(
            "app.js", "import { one } from './net/connection.js';\nimport('./late.js');")
        try folder.write("net/connection.js", "export const one = 1;")
        try folder.write("late.js", "import { one } from './net/connection.js';")
        try folder.write("styles/reset.css", "b{}")
        try folder.write(
            "client-portal.html",
            """
            <html><head>
            <link rel="stylesheet" href="/styles/tokens.css">
            <link rel="stylesheet" href="/styles/reset.css">
            <link rel="modulepreload" href="/net/connection.js">
            <script type="module" src="/app.js"></script>
            </head></html>
            """)
        let joining = StaticAssets(directory: folder.path, basePath: "/support")
        func body(_ path: String) throws -> String {
            text(joining.response(to: try requestHead(path)).body)
        }
        let build = "/assets/\(joining.build)"
        let page = try body("/client-portal")
        #expect(page.contains("<meta name=\"guichet-build\" content=\"\(joining.build)\">"))
        #expect(page.contains("<script type=\"module\" src=\"/support\(build)/app.js\">"))
        let sheet = "href=\"/support\(build)/styles/client-portal-page.css\""
        #expect(
            page.contains("\(sheet) data-holds=\"/styles/tokens.css /styles/reset.css\">"))
        #expect(!page.contains("modulepreload") && !page.contains("href=\"/support/styles"))
        #expect(try body("\(build)/styles/client-portal-page.css") == "a{}\nb{}")
        #expect(try body("\(build)/app.js").contains("\"/net/connection.js\"($take, $late)"))
        #expect(try body("\(build)/app-late.js").contains("\"/late.js\"($take, $late)"))
        #expect(try body("/app.js").hasPrefix("import { one }"), "the plain module stays")
    }

    @Test func `a page of unknown modules loads them one by one, of this build`() throws {
        try folder.write("app.js", "import one from './net/connection.js';")
        try folder.write(
            "client-portal.html",
            """
            <html><head>
            <link rel="modulepreload" href="/net/connection.js">
            <script type="module" src="/app.js"></script>
            </head></html>
            """)
        let plain = StaticAssets(directory: folder.path)
        let page = text(plain.response(to: try requestHead("/client-portal")).body)
        let build = "/assets/\(plain.build)"
        #expect(page.contains("<link rel=\"modulepreload\" href=\"\(build)/net/connection.js\">"))
        let script = plain.response(to: try requestHead("\(build)/app.js"))
        #expect(text(script.body).hasPrefix("import one"))
    }

    @Test func `the build changes when a file does`() throws {
        #expect(StaticAssets(directory: folder.path).build == assets.build)
        try folder.write("index.html", "<title>Guichet 2</title>")
        #expect(StaticAssets(directory: folder.path).build != assets.build)
    }

    @Test func `pages name where people sign in`() throws {
        try folder.write("index.html", "<html><head><title>x</title></head></html>")
        let page = try #require(SignInPage("https://example.org/?a=1&b=\"<x>\""))
        let told = StaticAssets(directory: folder.path, signInURL: page.url)
        let body = text(told.response(to: try requestHead("/")).body)
        let content = "https://example.org/?a=1&amp;b=&quot;&lt;x&gt;&quot;"
        let meta = #"<meta name="guichet-sign-in" content="\#(content)">"#
        #expect(body == "<html><head>\n    \(meta)<title>x</title></head></html>")
        let other = told.response(to: try requestHead("/client-portal"))
        #expect(text(other.body) == "<title>Portal</title>")
        #expect(told.build != StaticAssets(directory: folder.path).build)
    }

    @Test(arguments: [
        "https://example.org/login", "http://127.0.0.1:3000/", "/login", "/login?to={return}",
    ])
    func `a sign-in page is an address or a path`(_ url: String) {
        #expect(SignInPage(url)?.url == url)
    }

    @Test(arguments: [
        "", "login", "javascript:alert(1)", "//example.org", "https://", "https://a b", "/a\\b",
        "/\u{e9}",
        "data:text/html,x", "/a\nb",
    ])
    func `other values are refused as a sign-in page`(_ text: String) {
        #expect(SignInPage(text) == nil)
    }

    @Test func `no folder means no files`() throws {
        let none = StaticAssets(directory: nil)
        #expect(none.count == 0)
        #expect(none.response(to: try requestHead("/")).status == 404)
        #expect(StaticAssets(directory: folder.path + "/missing").count == 0)
    }
}

extension Response {
    subscript(_ name: String) -> String? { headers.first { $0.0 == name }?.1 }
}
