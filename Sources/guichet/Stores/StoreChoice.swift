// Chooses the store. No other file names concrete stores.

import MongoStore
import SQLiteStore
import Tickets

enum StoreChoice {
    static let fallback = "sqlite:guichet.db"

    /// - Parameters:
    ///   - isInspection: for commands that read and create nothing.
    ///   - stays: for a hub, which serves through failovers.
    ///   - view: the name of a view in the shape of an old portal's collection.
    static func opener(
        _ text: String, isInspection: Bool = false, stays: Bool = false, view: String? = nil
    ) throws -> any TicketStoreOpener {
        if text.hasPrefix("mongodb://") || text.hasPrefix("mongodb+srv://") {
            return MongoStoreOpener(
                uri: text, isInspection: isInspection, isMonitored: stays,
                view: try view.map(oldShapeView))
        }
        guard view == nil else {
            throw UsageError(
                "GUICHET_V2_VIEW needs a store in MongoDB (--store mongodb://…): a file has no views "
                    + "that other programs read; unset it, or move the store there")
        }
        if text.hasPrefix("sqlite:"), text.utf8.count > "sqlite:".utf8.count {
            let path = String(text.dropFirst("sqlite:".count))
            guard path != ":memory:", !path.utf8.contains(0) else {
                throw UsageError(
                    "--store \(text): a store is a file, so that it outlives the hub; give a path")
            }
            return SQLiteStoreOpener(path: path, isInspection: isInspection)
        }
        throw UsageError("--store must be sqlite:FILE or mongodb://…, not “\(text)”")
    }

    /// The path of an embedded store, for commands that copy files.
    static func embeddedPath(_ text: String) throws -> String {
        guard let opener = try opener(text, isInspection: true) as? SQLiteStoreOpener else {
            throw UsageError(
                "a database of MongoDB is copied with its own tools, mongodump and mongorestore; "
                    + "docs/operations.md says how")
        }
        return opener.path
    }

    private static func oldShapeView(_ name: String) throws -> OldShapeView {
        guard let view = OldShapeView(name: name) else {
            throw UsageError(
                "GUICHET_V2_VIEW is “\(name)”; it must be a name of letters, digits, - and _ that no "
                    + "collection of the hub has, such as tickets_v2")
        }
        return view
    }
}
