// Checks the search index against the texts by a sum of hashes for each ticket, since FTS5 lists
// its words in its own order and not by ticket.

import Algorithms
import Tickets

struct SearchInspection {
    private var expected: [Int: UInt64] = [:]
    private var seqs: [Int: Int] = [:]
    private var skipped: Set<Int> = []
    /// A ticket whose words are unknown has an unknown number.
    private var skipsUnknown = false

    mutating func expect(_ snapshot: Ticket, _ log: [TicketEvent]) {
        let face = snapshot.searchFace
        var sum = Self.sum(of: face.publicText(number: snapshot.number), isPublic: true, seq: 0)
        sum &+= Self.sum(of: face.internalText, isPublic: false, seq: 0)
        for event in log {
            guard let text = event.searchText else { continue }
            sum &+= Self.sum(of: text, isPublic: event.hasPublicWords, seq: event.seq)
        }
        expected[snapshot.number] = sum
        seqs[snapshot.number] = snapshot.seq
    }

    /// Leaves out a ticket whose events cannot be read; nil: nor can its number.
    mutating func skip(_ number: Int?) {
        if let number { skipped.insert(number) } else { skipsUnknown = true }
    }

    /// Within a transaction. Tickets that changed since their visit are skipped.
    func differences(in database: Database) throws(StoreError) -> [StoreDifference] {
        guard try SearchBacklog.isOver(in: database),
            try !MissingTables.isStandIn("search", in: database)
        else { return [] }
        let found: [Int: UInt64]
        do throws(StoreError) {
            found = try stored(in: database)
        } catch {
            guard case .corrupt = error else { throw error }
            return [StoreDifference("search cannot be read: \(error)", .indexing)]
        }
        var differences: [StoreDifference] = []
        for number in Set(found.keys).union(expected.keys).sorted()
        where found[number] ?? 0 != expected[number] ?? 0 {
            if skipped.contains(number) || skipsUnknown && expected[number] == nil { continue }
            guard try !hasMoved(number, database) else { continue }
            differences.append(
                StoreDifference(
                    "search: the words of T-\(number) differ from its events", .indexing))
        }
        return differences
    }

    private func hasMoved(_ number: Int, _ database: Database) throws(StoreError) -> Bool {
        let statement = try database.prepared("SELECT seq FROM tickets WHERE number = ?")
        try statement.bind([SQLValue(number)])
        defer { statement.reset() }
        guard try statement.step() else { return false }
        return seqs[number].map { Int64($0) != statement.int(0) } ?? true
    }

    private func stored(in database: Database) throws(StoreError) -> [Int: UInt64] {
        try database.prepareOnce(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab(main, search, instance)"
        ).run()
        let statement = try database.prepareOnce("SELECT term, doc, col FROM temp.indexed")
        var sums: [Int: UInt64] = [:]
        while try statement.step() {
            let row = Int(statement.int(1))
            let isPublic = statement.text(2) == "public"
            let hash = statement.withBytes(of: 0) { term in
                var hash = Self.start(isPublic: isPublic, seq: row & SearchIndex.seqMask)
                for index in term.indices { hash.take(term[index]) }
                return hash.value
            }
            sums[row >> SearchIndex.seqBits, default: 0] &+= hash ?? 0
        }
        return sums
    }

    // MARK: Words as the tokenizer `ascii` cuts them

    private static func sum(of text: String, isPublic: Bool, seq: Int) -> UInt64 {
        var seen: Set<[UInt8]> = []
        var word: [UInt8] = []
        var sum: UInt64 = 0
        func end() {
            guard !word.isEmpty, seen.insert(word).inserted else { return }
            var hash = start(isPublic: isPublic, seq: seq)
            for byte in word { hash.take(byte) }
            sum &+= hash.value
        }
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x80...: word.append(byte)
            case 0x41...0x5A: word.append(byte | 0x20)
            default:
                end()
                word.removeAll(keepingCapacity: true)
            }
        }
        end()
        return sum
    }

    /// FNV-1a with a final mix: sums of plain FNV values collide easily.
    private struct Hash {
        private var hash = FNV1a()

        mutating func take(_ byte: UInt8) { hash.add(byte) }

        var value: UInt64 {
            var mixed = (hash.value ^ hash.value >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    private static func start(isPublic: Bool, seq: Int) -> Hash {
        var hash = Hash()
        hash.take(isPublic ? 1 : 0)
        for shift in [0, 8, 16, 24] { hash.take(UInt8(truncatingIfNeeded: seq >> shift)) }
        return hash
    }
}
