// Who a token names, and where it may stand in a request.

import Testing
import Tickets
import Wire

@testable import Hub

@Suite struct GatekeeperTests {
    private func identify(
        _ claims: TokenClaims, _ change: (inout HubSettings) -> Void = { _ in }
    ) throws -> Identity {
        var settings = HubSettings()
        change(&settings)
        return try Tokens.gatekeeper(settings).identify(Tokens.token(claims), nowSeconds: 1000)
    }

    private func claims(_ role: String, id: String = "x") -> TokenClaims {
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
        #expect(try identify(claims(name)).caller.person.role == role)
    }

    @Test(arguments: ["system", "root", "Admin", "", "staff"])
    func `refuses other roles`(_ name: String) throws {
        let gatekeeper = try Tokens.gatekeeper()
        let token = Tokens.token(claims(name))
        let refusal = refusal { () throws(TicketRejection) in
            try gatekeeper.identify(token, nowSeconds: 1000)
        }
        #expect(refusal?.code == .unauthorized)
    }

    @Test func `nobody can be the hub itself`() throws {
        let gatekeeper = try Tokens.gatekeeper()
        let token = Tokens.token(claims("admin", id: Person.hub.id))
        let refusal = refusal { () throws(TicketRejection) in
            try gatekeeper.identify(token, nowSeconds: 1000)
        }
        #expect(refusal?.message == Gatekeeper.unauthorized.message)
        #expect(refusal?.tokenFault == "the claim 'id' is the hub's own")
    }

    @Test func `every failure has one message, and a reason beside it`() throws {
        let gatekeeper = try Tokens.gatekeeper()
        let good = Tokens.token(claims("admin"))
        let foreign = Tokens.token(claims("admin"), secret: [UInt8](repeating: 1, count: 32))
        let late = Tokens.token(TokenClaims(id: "x", role: "admin", expiresAt: 1000))
        let unsigned = good.split(separator: ".").dropLast().joined(separator: ".") + "."
        for token in ["", "a.b.c", foreign, late, unsigned, good + "A", good + "\0"] {
            let refusal = refusal { () throws(TicketRejection) in
                try gatekeeper.identify(token, nowSeconds: 1000)
            }
            #expect(refusal?.message == Gatekeeper.unauthorized.message, "\(token)")
            #expect(refusal?.tokenFault != nil)
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
        let gatekeeper = try Tokens.gatekeeper()
        let places: [(String, [(String, String)])] = [
            ("/ws", [("Authorization", "Bearer J")]), ("/ws", [("Authorization", "bearer J")]),
            ("/ws", [("Sec-WebSocket-Protocol", "guichet.v1, bearer.J")]),
            ("/ws?access_token=J", []), ("/ws", [("Cookie", "a=1; token=J; b=2")]),
        ]
        for (target, headers) in places {
            let head = try requestHead(target, headers)
            #expect(gatekeeper.token(in: head, inQuery: true) == "J", "\(target) \(headers)")
        }
    }

    @Test func `elsewhere than on streams neither query nor subprotocol counts`() throws {
        let gatekeeper = try Tokens.gatekeeper()
        let head = try requestHead(
            "/api/me?access_token=J", [("Sec-WebSocket-Protocol", "bearer.J")])
        #expect(gatekeeper.token(in: head, inQuery: false) == nil)
    }

    @Test func `a header decides alone, also when it is of no use`() throws {
        let gatekeeper = try Tokens.gatekeeper()
        let rest = [("Cookie", "token=C"), ("Sec-WebSocket-Protocol", "bearer.P")]
        for value in ["Basic J", "Bearer", "Bearer J K", "J"] {
            let head = try requestHead("/ws?access_token=Q", [("Authorization", value)] + rest)
            #expect(gatekeeper.token(in: head, inQuery: true) == nil, "\(value)")
        }
        let head = try requestHead("/ws?access_token=Q", [("Authorization", "Bearer H")] + rest)
        #expect(gatekeeper.token(in: head, inQuery: true) == "H")
        let offered = try requestHead("/ws?access_token=Q", rest)
        #expect(gatekeeper.token(in: offered, inQuery: true) == "P")
    }
}
