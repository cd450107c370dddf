// Checks quick replies and views: the columns of each row against its content.

import Text
import Tickets
import Wire

struct CatalogInspection {
    let database: Database

    func differences() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        try visit { id, entry, isSame throws(StoreError) in
            if entry == nil {
                found.append(
                    StoreDifference(
                        "catalog: \(id) cannot be read",
                        .none("its content is not stored elsewhere")))
            } else if !isSame {
                found.append(
                    StoreDifference("catalog: the columns of \(id) differ from it", .clearing))
            }
        }
        return found
    }

    func repair() throws(StoreError) {
        var wrong: [(id: String, entry: CatalogEntry)] = []
        try visit { id, entry, isSame throws(StoreError) in
            if let entry, !isSame { wrong.append((id, entry)) }
        }
        for (id, entry) in wrong {
            try database.run("DELETE FROM catalog WHERE id = ?", [.text(id)])
            try CatalogRows(database: database).put(entry)
        }
    }

    private func visit(
        _ visit: (String, CatalogEntry?, Bool) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try database.prepareOnce(
            "SELECT id, kind, owner, is_shared, data FROM catalog ORDER BY id")
        while try statement.step() {
            let id = statement.text(0) ?? ""
            let record = statement.withBytes(of: 4) { text in try? JSONReader.parse(text) } ?? nil
            guard let record, let entry = Self.entry(record, statement.text(1)) else {
                try visit(id, nil, false)
                continue
            }
            let isSame =
                "\(entry.id)" == id && entry.kind.rawValue == statement.text(1)
                && entry.owner.id == statement.text(2).map { ExactText($0) }
                && (entry.isShared ? 1 : 0) == statement.int(3)
            try visit(id, entry, isSame)
        }
    }

    /// Reads the record as the column's kind, or else as the kind that fits.
    private static func entry(_ record: Tree, _ kind: String?) -> CatalogEntry? {
        let kinds = CatalogKind.allCases.sorted { $0.rawValue == kind && $1.rawValue != kind }
        for kind in kinds {
            if let entry = try? CatalogEntry(record: record, kind) { return entry }
        }
        return nil
    }
}
