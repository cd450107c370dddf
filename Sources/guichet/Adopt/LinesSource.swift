// The JSON Lines form of docs/moving-in.md. The file is read twice: for the places of its lines,
// and ticket by ticket. Memory grows with the number of lines, 16 bytes each, and not with their
// length.

import Adoption
import Glibc
import Reactor
import Text
import Wire

final class LinesSource: AdoptSource, Sendable {
    private let path: String
    private let descriptor: Int32
    private let places: LinePlaces

    var label: String { path }
    var count: Int { places.tickets.count }
    var maker: AdoptSourceMaker { { self } }

    init(path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError(
                "\(path) cannot be read: \(SystemError(call: "open", code: errno).description)")
        }
        places = try LinePlaces(path: path)
    }

    deinit { close(descriptor) }

    func visitPeople(_ visit: (OldValue) throws -> Void) throws {
        for person in places.people { try visit(person) }
    }

    func visitProjects(_ visit: (OldValue) throws -> Void) {}

    /// Paths of the lines begin in the folder of the file.
    func ownFiles() throws -> (any OldFiles)? {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/")
        return try FolderFiles(path: folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)
    }

    func visitTickets(_ visit: (OldDocument) throws -> Void) throws {
        for line in places.broken { try visit(.broken(id: line.id, reason: line.reason)) }
        let parts = places.parts
        var next = parts.startIndex
        for (index, ticket) in places.tickets.enumerated() {
            let first = next
            while next < parts.endIndex, parts[next].ticket == index { next += 1 }
            try visit(try document(ticket, parts[first..<next]))
        }
    }

    // MARK: Tickets

    private func document(
        _ ticket: LinePlaces.Part, _ parts: ArraySlice<LinePlaces.Part>
    ) throws -> OldDocument {
        var fields = try fields(at: ticket).compactMap { field -> OldField? in
            switch field.name {
            case "type": nil
            case "id": OldField("_id", field.value)
            default: field
            }
        }
        var messages: [OldValue] = []
        var history: [OldValue] = []
        for part in parts {
            let line = try self.fields(at: part)
            let isMessage = line.contains {
                $0.name == "type" && $0.value.text.map { ExactText($0) } == "message"
            }
            let kept = line.filter { $0.name != "type" && $0.name != "ticket" }
            if isMessage { messages.append(.object(kept)) } else { history.append(.object(kept)) }
        }
        if !messages.isEmpty { fields.append(OldField("messages", .array(messages))) }
        if !history.isEmpty { fields.append(OldField("history", .array(history))) }
        return .whole(.object(fields))
    }

    private func fields(at part: LinePlaces.Part) throws -> [OldField] {
        let bytes = try read(part)
        let json = try JSONReader.parse(bytes, maxDepth: 32, maxMembers: 10_000)
        guard case .object(let fields) = OldValue(json) else { return [] }
        return fields
    }

    private func read(_ part: LinePlaces.Part) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(part.length))
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
                    off_t(part.offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw UsageError("\(path) has changed while it was read") }
            done += count
        }
        return bytes
    }
}
