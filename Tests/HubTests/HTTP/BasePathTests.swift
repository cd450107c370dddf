import Testing

@testable import Hub

struct BasePathTests {
    @Test(arguments: [
        ("/support", "/support"), ("/support/", "/support"), ("/a/b-c/", "/a/b-c"), ("/", ""),
        ("//support", "/support"),
    ])
    func `is written with a slash before and none behind`(given: String, normal: String) {
        #expect(BasePath.normalised(given) == normal)
    }

    @Test(arguments: [
        "", "support", "https://a/b", "/a b", "/a/../b", "/..", "/a\"b", "/a?b", "/é", "/<x>", "//",
    ])
    func `what could not stand in a link is refused`(given: String) {
        #expect(BasePath.normalised(given) == nil)
    }

    @Test(arguments: [
        ("/support/api/me", "/api/me"), ("/support", "/"), ("/support/", "/"),
        ("/supporters", "/supporters"), ("/api/me", "/api/me"), ("/x/support/a", "/x/support/a"),
    ])
    func `a path below it is taken as below the root`(path: String, below: String) {
        #expect(BasePath.path(path, below: "/support") == below)
        #expect(BasePath.path(path, below: "") == path)
    }

    @Test(arguments: [
        ("Location", "/api/tickets/a", "/support/api/tickets/a"),
        ("Location", "https://elsewhere/", "https://elsewhere/"), ("ETag", "/a", "/a"),
    ])
    func `where something new is, is said as a path of the site`(
        name: String, value: String, told: String
    ) {
        #expect(BasePath.header((name, value), below: "/support").1 == told)
    }

    @Test func `a page has its links below it, and says where it is`() {
        let html = #"<html><head><link href="/a.css"><script src="/b.js"></script><a href="x">"#
        let page = String(decoding: BasePath.page(Array(html.utf8), below: "/s"), as: UTF8.self)
        #expect(page.contains(#"<meta name="guichet-base" content="/s">"#))
        #expect(page.contains(#"href="/s/a.css""#) && page.contains(#"src="/s/b.js""#))
        #expect(page.contains(#"<a href="x">"#))
        #expect(BasePath.page(Array(html.utf8), below: "") == Array(html.utf8))
    }
}
