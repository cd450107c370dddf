// Disk space of the database on its server, from `dbStats`.

import Text
internal import Tickets

extension MongoTicketReader {
    func size() throws(StoreError) -> StoreSize? {
        do throws(MongoFailure) {
            let reply = try client.answer([.init("dbStats", .int(1))])
            let numbers = BSONNumbers(atBeginningOf: reply)
            guard let data = numbers["storageSize"], let indexes = numbers["indexSize"] else {
                return nil
            }
            let (used, all) = (numbers["fsUsedSize"], numbers["fsTotalSize"])
            return StoreSize(
                bytes: data + indexes,
                diskFreeBytes: all.flatMap { all in used.map { max(0, all - $0) } }, diskBytes: all)
        } catch {
            throw error.unavailable(client.address)
        }
    }
}

/// Reads the numbers at the beginning of a document, up to the first value that is no number, text
/// or boolean. Servers may append fields of other types.
struct BSONNumbers {
    private var values: [(name: String, value: Int)] = []

    subscript(name: String) -> Int? {
        values.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    init(atBeginningOf bytes: [UInt8]) {
        var rest = bytes.dropFirst(4)
        while let type = rest.popFirst(), type != 0, let end = rest.firstIndex(of: 0) {
            let name = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            switch type {
            case 0x01:
                guard let word = Self.word(&rest, 8) else { return }
                let double = Double(bitPattern: word)
                if abs(double) < 9e15 { values.append((name, Int(double))) }
            case 0x02:
                guard let length = Self.word(&rest, 4), length <= rest.count else { return }
                rest = rest.dropFirst(Int(length))
            case 0x08:
                guard rest.popFirst() != nil else { return }
            case 0x10:
                guard let word = Self.word(&rest, 4) else { return }
                values.append((name, Int(Int32(truncatingIfNeeded: word))))
            case 0x12:
                guard let word = Self.word(&rest, 8) else { return }
                values.append((name, Int(Int64(bitPattern: word))))
            default: return
            }
        }
    }

    /// Little-endian; nil: too few bytes.
    private static func word(_ bytes: inout ArraySlice<UInt8>, _ count: Int) -> UInt64? {
        guard bytes.count >= count else { return nil }
        let word = bytes.prefix(count).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        bytes = bytes.dropFirst(count)
        return word
    }
}
