import Testing

@testable import Wire

private let both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

/// A server's answer to a header: the answer, "" for no compression, nil for 400.
private func answer(_ header: String) -> String? {
    do {
        let offers = try ExtensionHeader.parse(header)
        return PerMessageDeflate(acceptingOneOf: offers)?.response ?? ""
    } catch {
        return nil
    }
}

/// Headers, and what their answer has besides both refusals of context takeover.
private let kept: [(String, String)] = [
    ("permessage-deflate", ""),
    ("permessage-deflate; client_max_window_bits", "; client_max_window_bits=15"),
    ("permessage-deflate;client_max_window_bits=10", "; client_max_window_bits=10"),
    ("permessage-deflate; client_max_window_bits=8", "; client_max_window_bits=8"),
    ("permessage-deflate; client_max_window_bits=\"12\"", "; client_max_window_bits=12"),
    ("permessage-deflate; server_max_window_bits=15", "; server_max_window_bits=15"),
    ("permessage-deflate; server_max_window_bits=9", "; server_max_window_bits=9"),
    ("permessage-deflate; server_max_window_bits = 11", "; server_max_window_bits=11"),
    ("permessage-deflate; server_max_window_bits=\"1\\0\"", "; server_max_window_bits=10"),
    ("permessage-deflate; server_no_context_takeover", ""),
    ("permessage-deflate; client_no_context_takeover", ""),
    ("permessage-deflate ;\tserver_no_context_takeover ; client_no_context_takeover ", ""),
    (
        "permessage-deflate; client_max_window_bits; server_max_window_bits=12",
        "; server_max_window_bits=12; client_max_window_bits=15"
    ),
    ("x-webkit-deflate-frame, permessage-deflate", ""),
    ("permessage-bzip2; level=9, permessage-deflate", ""),
    (
        "permessage-deflate; server_max_window_bits=8, permessage-deflate",
        ""
    ),
    (
        "permessage-deflate; server_max_window_bits=10, permessage-deflate",
        "; server_max_window_bits=10"
    ),
    (",, permessage-deflate ,", ""),
    ("a, b, c, d, e, f, g, permessage-deflate", ""),
]

@Suite struct ExtensionHeaderTests {
    @Test(arguments: kept)
    func `accepts offers that it can keep to`(header: String, expected: String) {
        #expect(answer(header) == both + expected)
    }

    @Test(arguments: [
        "", " ", ",,", "foo", "permessage-deflat", "Permessage-Deflate", "deflate",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=0x9",
        "permessage-deflate; server_max_window_bits=99999999999999999999",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=015",
        "permessage-deflate; client_max_window_bits=-9",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=9; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
        "permessage-deflate; unknown", "permessage-deflate; unknown=1",
        "permessage-deflate; Server_no_context_takeover",
        "a, b, c, d, e, f, g, h, permessage-deflate",
    ])
    func `does without compression when no offer can be kept to`(header: String) {
        #expect(answer(header) == "")
    }

    @Test(arguments: [
        "permessage-deflate;", "permessage-deflate; ;", "permessage-deflate; =1", ";", "=", "a=b",
        "permessage-deflate; server_max_window_bits=", "permessage-deflate client_max_window_bits",
        "permessage-deflate; a=\"", "permessage-deflate; a=\"b", "permessage-deflate; a=\"\"",
        "permessage-deflate; a=\"b c\"", "permessage-deflate; a=\"b\"c",
        "permessage-deflate; a=b=c",
        "permessage-deflate; a=\"\\", "permessage-deflate; é", "permessage\u{7F}deflate", "a/b",
        "permessage-deflate; a=\"b\\\"\"", "\u{0}", "permessage-deflate, @", "(a)",
    ])
    func `refuses a malformed list of extensions`(header: String) {
        #expect(answer(header) == nil)
    }

    @Test func `reads the longest headers in one pass`() throws {
        for unit in ["a;", "a,", " ", ",", ";", "a;b=\"c\",", "\"", "\\", "a;b=\"\\"] {
            let header = String(repeating: unit, count: 65536 / unit.utf8.count)
            let began = ContinuousClock.now
            _ = answer(header)
            #expect(ContinuousClock.now - began < .seconds(2))
        }
    }
}

@Suite struct DeflateHandshakeTests {
    private func answer(_ extensions: String) throws -> PerMessageDeflate {
        try PerMessageDeflate(response: extensions)
    }

    @Test func `understands what our server answers`() throws {
        let offers = try ExtensionHeader.parse(PerMessageDeflate.offer)
        let accepted = try #require(PerMessageDeflate(acceptingOneOf: offers))
        #expect(try answer(accepted.response) == accepted)
    }

    @Test func `takes the windows that the server names`() throws {
        let chosen = try answer(
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=8; "
                + "client_max_window_bits=9")
        #expect(chosen.serverWindowBits == 8)
        #expect(chosen.clientWindowBits == 9)
    }

    @Test(arguments: [
        "", "foo", "permessage-deflate", "permessage-deflate, permessage-deflate",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=8",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=16",
        "permessage-deflate; server_no_context_takeover; foo", "permessage-deflate;",
    ])
    func `refuses an answer that it did not ask for`(extensions: String) {
        #expect(throws: UpgradeError.self) { try answer(extensions) }
    }

    @Test func `offers and reads compression in a handshake`() throws {
        let client = ClientHandshake(host: "h", target: "/ws", offersDeflate: true)
        var parser = RequestParser()
        parser.append(client.requestBytes)
        guard case .head(let head)? = try parser.next() else {
            Issue.record("no head")
            return
        }
        let request = try UpgradeRequest.validate(head)
        var answers = ResponseParser()
        answers.append(
            Upgrade.response(accepting: request, subprotocol: nil, deflate: request.deflate))
        guard case .head(let response)? = try answers.next() else {
            Issue.record("no answer")
            return
        }
        #expect(try client.check(response) == nil)
        #expect(try client.deflate(chosenIn: response) == request.deflate)
        #expect(request.deflate?.serverWindowBits == 15)
    }
}
