// Reading records: every kind of field, and refusals that name the field.

import TestSupport
import Testing
import Text
import Tickets

struct RecordTests {
    private let values: [(kind: String, value: Tree)] = [
        ("bool", .bool(true)), ("int", .int(7)), ("double", .double(7.5)), ("string", .string("x")),
        ("time", .time(.start)), ("objectID", .objectID(high: 1, low: 2)), ("array", .array([])),
        ("object", .object([])),
    ]

    /// The kinds that `read` takes; the others must be refused under the field's name.
    private func kinds(
        _ read: (RecordReader) throws(RecordError) -> Void
    ) throws -> Set<String> {
        var taken: Set<String> = []
        for (kind, value) in values {
            let reader = try RecordReader(.object([.init("field", value)]))
            do throws(RecordError) {
                try read(reader)
                taken.insert(kind)
            } catch {
                #expect(error.field == "field")
            }
        }
        return taken
    }

    @Test func `records are the same by the bytes of their texts`() {
        let spellings: [Tree] = [.string("\u{E9}"), .string("e\u{301}")]
        #expect(spellings[0] != spellings[1] && Set(spellings).count == 2)
        let objects = spellings.map { Tree.object([.init("id", $0)]) }
        #expect(objects[0] != objects[1] && objects[0] == .object([.init("id", .string("\u{E9}"))]))
    }

    /// A request may carry records: names of combining marks take linear time.
    @Test func `fields are found by the bytes of their names`() throws {
        let marks = String(repeating: "\u{301}\u{323}", count: 200_000)
        let record = Tree.object([
            .init(marks, .int(1)), .init("e\u{301}", .int(2)), .init("\u{E9}", .int(3)),
        ])
        let reader = try RecordReader(record)
        #expect(try reader.int("\u{E9}") == 3)
        #expect(reader.optional(ExactText(marks + "x")) == nil)
        #expect(Set([record, record]).count == 1)
        #expect(Tree.Field("e\u{301}", .null) != Tree.Field("\u{E9}", .null))
    }

    @Test func `a refusal repeats the beginning of a name`() throws {
        let name = String(repeating: "long", count: 1000)
        let reader = try RecordReader(.object([]))
        let error = #expect(throws: RecordError.self) { try reader.int(ExactText(name)) }
        #expect(try #require(error).description.utf8.count < 200)
    }

    @Test func `counts and spans leave room to count on`() throws {
        let most = 1 << 53
        for (number, isCount, isSpan) in [
            (0, true, true), (most, true, true), (-1, false, true), (-most, false, true),
            (most + 1, false, false), (-most - 1, false, false), (.max, false, false),
            (.min, false, false),
        ] {
            let reader = try RecordReader(.object([.init("n", .int(number))]))
            #expect(((try? reader.count("n")) != nil) == isCount, "\(number)")
            #expect(((try? reader.span("n")) != nil) == isSpan, "\(number)")
        }
    }

    /// An import or an admin's request could otherwise end the hub at the next message.
    @Test(
        arguments: ["messageCount", "seq", "reopenCount", "pausedMs", "statusSeq"] as [ExactText])
    func `no snapshot has a number that events cannot reach`(_ name: ExactText) throws {
        func replaced(_ record: Tree) -> Tree {
            switch record {
            case .object(let fields):
                .object(
                    fields.map { .init($0.name, $0.name == name ? .int(.max) : replaced($0.value)) }
                )
            case .array(let items): .array(items.map(replaced))
            default: record
            }
        }
        let record = try Conversation(.waiting, heldBy: .tess).snapshot.record
        #expect(replaced(record) != record)
        #expect(throws: RecordError.self) { try Ticket(record: replaced(record)) }
    }

    @Test func `each reading takes its own kinds`() throws {
        #expect(try kinds { r throws(RecordError) in _ = try r.string("field") } == ["string"])
        #expect(try kinds { r throws(RecordError) in _ = try r.int("field") } == ["int"])
        #expect(try kinds { r throws(RecordError) in _ = try r.bool("field") } == ["bool"])
        #expect(
            try kinds { r throws(RecordError) in _ = try r.optionalDouble("field") }
                == ["int", "double"])
        #expect(try kinds { r throws(RecordError) in _ = try r.time("field") } == ["int", "time"])
        #expect(try kinds { r throws(RecordError) in _ = try r.array("field") } == ["array"])
        #expect(
            try kinds { r throws(RecordError) in _ = try r.id("field", as: Ticket.self) }
                == ["objectID"])
    }

    @Test func `a whole double is an integer, any other is not`() throws {
        let reader = try RecordReader(
            .object([
                .init("whole", .double(3)), .init("half", .double(0.5)),
                .init("huge", .double(1e300)),
                .init("nan", .double(.nan)),
            ]))
        #expect(try reader.int("whole") == 3)
        for name in ["half", "huge", "nan"] as [ExactText] {
            #expect(throws: RecordError.self) { try reader.int(name) }
        }
    }

    @Test func `null is missing`() throws {
        let reader = try RecordReader(.object([.init("gone", .null)]))
        for name in ["gone", "never"] as [ExactText] {
            #expect(reader.optional(name) == nil)
            #expect(try reader.optionalString(name) == nil)
            #expect(try reader.optionalTime(name) == nil)
            #expect(try reader.optionalDouble(name) == nil)
            #expect(try reader.bool(name) == false)
            #expect(try reader.array(name) == [])
            #expect(throws: RecordError.self) { try reader.required(name) }
            #expect(throws: RecordError.self) { try reader.string(name) }
        }
    }

    @Test func `an id may be text, a code must be known`() throws {
        let id = TicketID(high: 8, low: 9)
        let reader = try RecordReader(
            .object([
                .init("id", .string("\(id)")), .init("short", .string("12")),
                .init("status", .string("in_progress")), .init("odd", .string("inProgress")),
            ]))
        #expect(try reader.id("id", as: Ticket.self) == id)
        #expect(throws: RecordError.self) { try reader.id("short", as: Ticket.self) }
        #expect(try reader.code("status", as: Status.self) == .inProgress)
        #expect(throws: RecordError.self) { try reader.code("odd", as: Status.self) }
    }

    @Test func `strings are strings throughout`() throws {
        let reader = try RecordReader(
            .object([
                .init("good", .array([.string("a"), .string("b")])),
                .init("bad", .array([.string("a"), .int(1)])),
            ]))
        #expect(try reader.texts("good") == ["a", "b"])
        #expect(throws: RecordError.self) { try reader.texts("bad") }
    }

    @Test func `only an object has fields`() {
        for (kind, value) in values where kind != "object" {
            let error = #expect(throws: RecordError.self) { try RecordReader(value, "thing") }
            #expect(error?.field == "thing")
        }
    }
}
