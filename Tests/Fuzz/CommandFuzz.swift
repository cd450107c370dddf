// Callers' input: WebSocket frames, REST bodies, query strings. Every decoded command is within its
// limits; every refusal names a code and can be encoded.

import Text

@testable import Hub
@testable import Protocol
@testable import Tickets
@testable import Wire

enum CommandFuzz {
    private static let client = Caller(
        person: Person(id: "u-1", name: "Ada", role: .client), projects: ["atlas"])
    private static let staff = Caller(person: Person(id: "u-2", name: "Bo", role: .technician))

    @Sendable static func frame(_ bytes: [UInt8]) {
        for caller in [client, staff] {
            let frame = DecodedFrame(bytes, caller: caller)
            switch frame.content {
            case .success(let content):
                requireBounds(content)
                requireNoOrder(bytes, frame, caller)
                requireNoStrangers(bytes, caller)
            case .failure(let rejection): requireEncodable(rejection, frame.id, caller)
            }
        }
        requireOneMeaning(bytes)
        body(bytes)
    }

    /// A typing frame of the fast path is the same frame for the general decoder.
    private static func requireOneMeaning(_ bytes: [UInt8]) {
        guard let short = TypingFrame(bytes.span) else { return }
        let long = DecodedFrame(bytes, caller: staff)
        guard case .success(.typing(.id(let ticket), let isOn, let isInternal)) = long.content
        else {
            return require(false, "a typing frame is one: \(long.content)")
        }
        require(
            long.id == nil && ticket == short.ticket && isOn == short.isOn
                && isInternal == short.isInternal, "a typing frame has one meaning")
    }

    private static func requireBounds(_ frame: ClientFrame) {
        switch frame {
        case .join(_, let after, let limit):
            require(after ?? 0 >= 0 && limit ?? 1 > 0, "a join asks for a slice that exists")
        case .command(let request, let key):
            require(
                key.map { (1...64).contains($0.string.count) } ?? true,
                "a key has 1 to 64 characters")
            if case .edit(_, let edit) = request {
                require(
                    edit.expectedSeq?.numbers.allSatisfy { $0 >= 0 } ?? true, "a seq is 0 or more")
                require(edit.draft?.baseSeq ?? 0 >= 0, "a seq is 0 or more")
                require(
                    edit.draft != nil || edit.action != nil || !edit.edits.isEmpty,
                    "an edit does something")
            }
        case .read(_, let seq): require(seq >= 0, "a seq is 0 or more")
        case .queueJoin(let filter, let limit):
            require(limit ?? 1 > 0, "a page has a row")
            requireBounds(filter)
        default: break
        }
    }

    private static func requireBounds(_ filter: TicketFilter) {
        require(filter.text?.count ?? 0 <= 200, "a search has 200 characters at most")
        require(filter.text.map { !$0.isEmpty } ?? true, "a search has a word")
    }

    /// The order of an object's members means nothing (RFC 8259 §4).
    private static func requireNoOrder(_ bytes: [UInt8], _ frame: DecodedFrame, _ caller: Caller) {
        guard case .object(let members)? = try? JSONReader.parse(bytes) else {
            return require(false, "a frame is an object")
        }
        let turned = DecodedFrame(encoded(.object(members.reversed())), caller: caller)
        require(turned.id == frame.id, "an id is echoed whatever stands before it")
        require(
            "\(turned.content)" == "\(frame.content)",
            "order means nothing: \(turned.content) or \(frame.content)")
    }

    private static func requireNoStrangers(_ bytes: [UInt8], _ caller: Caller) {
        guard case .object(let members)? = try? JSONReader.parse(bytes), members.count < 256 else {
            return
        }
        let stranger = Tree.Field("no such field", .null)
        let frame = DecodedFrame(encoded(.object(members + [stranger])), caller: caller)
        guard case .failure(let rejection) = frame.content else {
            return require(false, "an unknown field is refused")
        }
        require(
            rejection.field.map { ExactText($0) } == stranger.name,
            "a refusal names the unknown field")
    }

    private static func requireEncodable(
        _ rejection: TicketRejection, _ id: Tree?, _ caller: Caller
    ) {
        let frame = try? JSONReader.parse(rejection.frame(re: id, for: Viewer(caller)))
        require(frame?["type"]?.stringValue == "error", "a refusal is a frame")
        require(frame?["code"]?.stringValue == rejection.code.rawValue, "a refusal has its code")
        require(frame?["re"] == (id ?? .null), "a refusal says what it answers")
        let problem = rejection.problem(status: rejection.status(), for: Viewer(caller))
        require((try? JSONReader.parse(problem)) != nil, "a refusal is a problem document")
    }

    private static func encoded(_ json: Tree) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(json)
        return writer.finish()
    }

    /// The parts of REST bodies.
    private enum Body: CaseIterable {
        case creation, message, edits, filter

        func read(_ fields: inout FieldReader) throws(TicketRejection) {
            switch self {
            case .creation: _ = try fields.newTicket()
            case .message: _ = try fields.message()
            case .edits:
                let edits = try fields.edits()
                require(edits.isEmpty == edits.fields.isEmpty, "edits know whether they are any")
            case .filter: requireBounds(try fields.filter(for: staff))
            }
        }
    }

    /// The same bytes as the body of each call with a body.
    private static func body(_ bytes: [UInt8]) {
        guard let json = try? JSONReader.parse(bytes) else { return }
        for body in Body.allCases {
            do throws(TicketRejection) {
                var fields = try FieldReader(json)
                try body.read(&fields)
                let key = try fields.key()
                require(key.map { (1...64).contains($0.string.count) } ?? true, "a key is bounded")
                try fields.finish()
            } catch {
                requireEncodable(error, nil, client)
            }
        }
    }

    @Sendable static func query(_ bytes: [UInt8]) {
        let text = String(decoding: bytes.filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
        guard let target = try? RequestTarget("/api/tickets?" + text, method: "GET") else { return }
        for caller in [client, staff] {
            do throws(TicketRejection) {
                var fields = try FieldReader(query: target.query, without: ["access_token"])
                let limit = try fields.number("limit", in: 1...Int.max)
                require(limit ?? 1 > 0, "a page has a row")
                let wait = try fields.number("wait", in: 0...30)
                require((0...30).contains(wait ?? 0), "a number keeps to its range")
                if let text = try fields.single("cursor"), let cursor = TicketCursor(text) {
                    require(TicketCursor(cursor.text) == cursor, "a cursor returns")
                }
                let filter = try fields.filter(for: caller)
                requireBounds(filter)
                try fields.finish()
            } catch {
                requireEncodable(error, nil, caller)
            }
        }
    }
}
