// The lines of an export: a heading, people, whole tickets, each after the files that it attaches.
// The same store gives the same bytes, and so does a store of the other kind after an import.

import SQLiteStore
import Text
import Tickets
import Wire

enum TransferLine {
    /// The first line. The version increases when older programs could not read the rest.
    case heading(version: Int)
    case person(Person)
    /// The line before its pieces.
    case file(StoredFile)
    case piece(TransferPiece)
    case ticket(TransferredTicket)

    /// Version 2 added files.
    static let version = 2
    private static let format = "guichet-export"

    var bytes: [UInt8] {
        let record: Tree =
            switch self {
            case .heading(let version):
                .object([
                    .init("format", Tree(Self.format)), .init("version", Tree(version)),
                ])
            case .person(let person): .object([.init("person", person.record)])
            case .file(let file): file.transferRecord
            case .piece(let piece): piece.record
            case .ticket(let ticket): ticket.record
            }
        return JSONWriter.bytes(of: record) + [UInt8(ascii: "\n")]
    }

    init(_ line: Span<UInt8>) throws {
        let record: Tree
        do {
            record = try JSONReader.parse(line)
        } catch {
            throw UsageError("it is not JSON: \(error.description)")
        }
        do {
            let fields = try RecordReader(record, "the line")
            if fields.optional("format") != nil {
                try fields.requireOnly("format", "version")
                guard try fields.string("format") == Self.format else {
                    throw UsageError("it is not the heading of an export by guichet")
                }
                self = .heading(version: try fields.int("version"))
            } else if let person = fields.optional("person") {
                try fields.requireOnly("person")
                self = .person(try Person(foreign: person))
                try RecordReader(person).requireOnly("id", "name", "role")
            } else if let file = fields.optional("file") {
                try fields.requireOnly("file")
                self = .file(try StoredFile(transferRecord: file))
            } else if let piece = fields.optional("piece") {
                try fields.requireOnly("piece")
                self = .piece(try TransferPiece(record: piece))
            } else {
                try fields.requireOnly("ticket", "events", "reads")
                self = .ticket(try TransferredTicket(fields))
            }
        } catch let error as RecordError {
            throw UsageError(error.description)
        }
    }
}

/// One ticket: its log and people's read positions. The snapshot is the fold of the log.
struct TransferredTicket {
    let id: TicketID
    let events: [TicketEvent]
    let reads: [ReadMark]

    init(id: TicketID, events: [TicketEvent], reads: [ReadMark]) {
        self.id = id
        self.events = events
        self.reads = reads.sorted { $0.person < $1.person }
    }

    /// Equal for equal bytes only, within one run of the program.
    var digest: Int { Self.digest(of: events) }

    static func digest(of events: [TicketEvent]) -> Int {
        var hasher = Hasher()
        for event in events {
            let bytes = JSONWriter.bytes(of: event.record)
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
        return hasher.finalize()
    }

    var record: Tree {
        .object([
            .init("ticket", Tree(id)), .init("events", .array(events.map(\.record))),
            .init(
                "reads",
                .array(
                    reads.map {
                        .object([.init("person", Tree($0.person)), .init("seq", Tree($0.seq))])
                    })),
        ])
    }

    fileprivate init(_ fields: RecordReader) throws(RecordError) {
        let id: TicketID = try fields.id("ticket")
        self.init(
            id: id,
            events: try fields.array("events").map { record throws(RecordError) in
                let event = try TicketEvent(foreign: record)
                try record.requireNothingMore(than: event.record)
                return event
            },
            reads: try fields.array("reads").map { record throws(RecordError) in
                let mark = try RecordReader(record, "reads")
                try mark.requireOnly("person", "seq")
                return ReadMark(
                    ticket: id, person: try mark.text("person"), seq: try mark.int("seq"))
            })
    }

    /// The statistics of the events after the first `count`.
    func statistics(after count: Int) -> StatisticsChange {
        var change = StatisticsChange()
        var snapshot: Ticket?
        for event in events {
            snapshot = snapshot.map { $0.applying(event) } ?? event.created
            if let snapshot, event.seq > count { change.note(event, snapshot) }
        }
        return change
    }

    /// The snapshot of the log; throws if the log is damaged.
    func checkedSnapshot() throws -> Ticket {
        if let event = events.first(where: { $0.ticket != id }) {
            throw UsageError("ticket \(id): event \(event.seq) is of ticket \(event.ticket)")
        }
        for event in events {
            guard let fault = event.fault else { continue }
            throw UsageError("ticket \(id): event \(event.seq): \(fault)")
        }
        if let fault = reads.lazy.compactMap({ Person.fault(of: $0.person) }).first {
            throw UsageError("ticket \(id): reads: \(fault)")
        }
        if let read = reads.first(where: { !(0...events.count).contains($0.seq) }) {
            throw UsageError(
                "ticket \(id): “\(read.person)” has read up to event \(read.seq) of \(events.count)"
            )
        }
        var report = CheckReport()
        let snapshot = Ticket.fold(events)
        report.visit(id, snapshot, events)
        guard report.problems.isEmpty, let snapshot, snapshot.id == id else {
            throw UsageError(
                report.problems.first ?? "ticket \(id): its snapshot belongs to another ticket")
        }
        return snapshot
    }
}
