// The person of a token, and its places in a request.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct AuthenticatorTests {
    private func identify(
        _ claims: TokenClaims, _ change: (inout HubSettings) -> Void = { _ in }
    ) throws -> Identity {
        var settings = HubSettings()
        change(&settings)
        return try Tokens.authenticator(settings).identify(Tokens.token(claims), nowSeconds: 1000)
    }

    private func claims(_ role: ExactText, id: ExactText = "x") -> TokenClaims {
        TokenClaims(id: id, role: role, expiresAt: 2000)
    }

    @Test func `reads person, projects and expiry from the claims`() throws {
        let identity = try identify(
            TokenClaims(
                id: "c1", role: "client", name: "Clara", email: "c@example.org",
                projects: ["atlas"], locale: "fr", expiresAt: 2000))
        #expect(identity.caller == Caller(person: .clara, projects: ["atlas"]))
        #expect(identity.expiresAt == 2000)
        #expect(identity.email == "c@example.org")
        #expect(identity.locale == "fr")
    }

    @Test func `without a name the id is the name`() throws {
        #expect(try identify(claims("admin")).caller.person.name == "x")
    }

    @Test(arguments: [
        ("client", Role.client), ("technician", .technician), ("technicien", .technician),
        ("admin", .admin),
    ])
    func `knows the roles`(_ name: String, _ role: Role) throws {
        #expect(try identify(claims(ExactText(name))).caller.person.role == role)
    }

    @Test(arguments: ["system", "root", "Admin", "", "staff"])
    func `refuses other roles`(_ name: String) throws {
        let authenticator = try Tokens.authenticator()
        let token = Tokens.token(claims(ExactText(name)))
        let refusal = refusal { () throws(TicketRejection) in
            try authenticator.identify(token, nowSeconds: 1000)
        }
        #expect(refusal?.code == .unauthorized)
    }

    @Test func `no token can have the id of the hub`() throws {
        let authenticator = try Tokens.authenticator()
        let token = Tokens.token(claims("admin", id: Person.hub.id))
        let refusal = refusal { () throws(TicketRejection) in
            try authenticator.identify(token, nowSeconds: 1000)
        }
        #expect(
            refusal?.tokenFault
                == "the token's claim 'id' is one of the words me, none and system, which mean something else"
        )
    }

    @Test func `every failure has a reason, which the answer says too`() throws {
        let authenticator = try Tokens.authenticator()
        let good = Tokens.token(claims("admin"))
        let foreign = Tokens.token(claims("admin"), secret: [UInt8](repeating: 1, count: 32))
        let late = Tokens.token(TokenClaims(id: "x", role: "admin", expiresAt: 1000))
        let unsigned = good.split(separator: ".").dropLast().joined(separator: ".") + "."
        for token in ["", "a.b.c", foreign, late, unsigned, good + "A", good + "\0"] {
            let refusal = refusal { () throws(TicketRejection) in
                try authenticator.identify(token, nowSeconds: 1000)
            }
            let fault = try #require(refusal?.tokenFault)
            #expect(refusal?.message == "The token is not accepted: \(fault).")
            #expect(refusal?.message != Authenticator.unauthorized.message)
        }
    }

    @Test func `the technicians' scope widens technicians alone`() throws {
        let widen: (inout HubSettings) -> Void = { $0.techniciansReachAll = true }
        #expect(try identify(claims("technician"), widen).caller.reachesAllTickets)
        #expect(!(try identify(claims("technician")).caller.reachesAllTickets))
        #expect(!(try identify(claims("client"), widen).caller.reachesAllTickets))
    }

    // MARK: Where a token stands

    @Test func `finds the token in header, subprotocol, query and cookie`() throws {
        let authenticator = try Tokens.authenticator()
        let places: [(String, [(String, String)])] = [
            ("/ws", [("Authorization", "Bearer J")]), ("/ws", [("Authorization", "bearer J")]),
            ("/ws", [("Sec-WebSocket-Protocol", "guichet.v1, bearer.J")]),
            ("/ws?access_token=J", []),
        ]
        for (target, headers) in places {
            let head = try requestHead(target, headers)
            #expect(
                authenticator.credential(in: head, inQuery: true) == .token("J"),
                "\(target) \(headers)")
        }
        let cookie = try requestHead("/ws", [("Cookie", "a=1; token=J; b=2")])
        #expect(authenticator.credential(in: cookie, inQuery: true) == .cookies(["J"]))
    }

    @Test func `elsewhere than on streams neither query nor subprotocol counts`() throws {
        let authenticator = try Tokens.authenticator()
        let head = try requestHead(
            "/api/me?access_token=J", [("Sec-WebSocket-Protocol", "bearer.J")])
        #expect(authenticator.credential(in: head, inQuery: false) == nil)
    }

    @Test func `the header takes precedence, even when it is unusable`() throws {
        let authenticator = try Tokens.authenticator()
        let rest = [("Cookie", "token=C"), ("Sec-WebSocket-Protocol", "bearer.P")]
        for value in ["Basic J", "Bearer", "Bearer J K", "J"] {
            let head = try requestHead("/ws?access_token=Q", [("Authorization", value)] + rest)
            #expect(authenticator.credential(in: head, inQuery: true) == nil, "\(value)")
        }
        let head = try requestHead("/ws?access_token=Q", [("Authorization", "Bearer H")] + rest)
        #expect(authenticator.credential(in: head, inQuery: true) == .token("H"))
        let offered = try requestHead("/ws?access_token=Q", rest)
        #expect(authenticator.credential(in: offered, inQuery: true) == .token("P"))
    }

    // MARK: Cookies

    @Test func `of several cookies of the name each may be the good one, in number bounded`() throws
    {
        let authenticator = try Tokens.authenticator()
        let two = try requestHead("/api/me", [("Cookie", "token=a; x=y; token=\"b\"")])
        #expect(authenticator.credential(in: two, inQuery: false) == .cookies(["a", "b"]))
        let many = try requestHead(
            "/api/me", [("Cookie", (0..<100).map { "token=\($0)" }.joined(separator: "; "))])
        guard case .cookies(let tried) = authenticator.credential(in: many, inQuery: false) else {
            Issue.record("no cookie was found")
            return
        }
        #expect(tried == (0..<16).map(String.init))
    }

    @Test func `a cookie alone reads, and neither writes nor opens a socket`() throws {
        let authenticator = try Tokens.authenticator()
        func trusts(
            _ method: String, _ headers: [(String, String)] = [], opensSocket: Bool = false
        ) throws -> Bool {
            let head = try requestHead("/api/tickets", headers, method: method)
            return authenticator.trustsCookies(of: head, opensSocket: opensSocket)
        }
        for method in ["GET", "HEAD"] { #expect(try trusts(method)) }
        for method in ["POST", "PATCH", "PUT", "DELETE", "get"] {
            #expect(try !trusts(method), "\(method)")
            for site in ["cross-site", "same-site", ""] {
                #expect(try !trusts(method, [("Sec-Fetch-Site", site)]), "\(site)")
            }
            for site in ["same-origin", "none"] {
                #expect(try trusts(method, [("Sec-Fetch-Site", site)]), "\(site)")
            }
            for other in ["cross-site", "same-origin"] {
                let two = ["same-origin", other].map { ("Sec-Fetch-Site", $0) }
                #expect(try !trusts(method, two), "no browser sends two")
            }
            #expect(try trusts(method, [("Origin", "http://hub.example")]), "it has been judged")
            #expect(try !trusts(method, [("Referer", "http://hub.example/")]))
        }
        #expect(try !trusts("GET", opensSocket: true))
        #expect(try trusts("GET", [("Origin", "http://hub.example")], opensSocket: true))
    }
}
