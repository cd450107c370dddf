// Options of `guichet adopt`.

import Adoption
import Tickets

struct AdoptOptions {
    /// What to do with what is found.
    enum Task {
        case dryRun, write, verify, follow, cutOver, release
    }

    let source: String
    let task: Task
    let store: String
    let collections: OldCollections
    let map: AdoptionMap
    let isJSON: Bool
    let keepsGoing: Bool
    /// nil: nothing was said.
    let files: (any OldFiles)?
    let fileBytesMax: Int
    let follow: FollowOptions
    let refusesWrites: Bool

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        let arguments = try Arguments(
            arguments, environment,
            options: FollowOptions.names.union([
                "store", "collection", "users", "projects", "map", "files", "files-from",
                "files-limit",
            ]),
            flags: [
                "dry-run", "write", "verify", "json", "keep-going", "allow-private", "follow",
                "cut-over", "release", "refuse-writes",
            ], freeMax: 1)
        guard let source = arguments.free.first else {
            throw UsageError(
                "name what to adopt: guichet adopt mongodb://HOST/DATABASE or FILE.jsonl")
        }
        self.source = source
        let tasks: [(flag: String, task: Task)] = [
            ("dry-run", .dryRun), ("write", .write), ("verify", .verify),
            ("follow", .follow), ("cut-over", .cutOver), ("release", .release),
        ]
        let chosen = try tasks.filter { try arguments.has($0.flag) }
        guard chosen.count < 2 else {
            throw UsageError("--\(chosen[0].flag) and --\(chosen[1].flag) exclude each other")
        }
        task = chosen.first?.task ?? .dryRun
        store = arguments["store"] ?? StoreChoice.fallback
        collections = OldCollections(
            tickets: arguments["collection"] ?? "tickets", users: arguments["users"],
            projects: arguments["projects"])
        files = try Self.files(arguments)
        fileBytesMax =
            (try arguments.int("files-limit", in: 1...2000) ?? AdoptFiles.limitDefault) << 20
        isJSON = try arguments.has("json")
        keepsGoing = try arguments.has("keep-going")
        refusesWrites = try arguments.has("refuse-writes")
        follow = try FollowOptions(arguments, store: store)
        guard !refusesWrites || task == .cutOver else {
            throw UsageError("--refuse-writes belongs to --cut-over")
        }
        map = try arguments["map"].map(Self.map) ?? AdoptionMap()
    }

    var isDatabase: Bool {
        source.hasPrefix("mongodb://") || source.hasPrefix("mongodb+srv://")
    }

    private static func files(_ arguments: Arguments) throws -> (any OldFiles)? {
        let allowsPrivate = try arguments.has("allow-private")
        switch (arguments["files"], arguments["files-from"]) {
        case (nil, nil): return nil
        case (let path?, nil): return try FolderFiles(path: path)
        case (nil, let url?): return try RemoteFiles(url: url, allowsPrivate: allowsPrivate)
        case (_?, _?): throw UsageError("--files and --files-from exclude each other")
        }
    }

    private static func map(_ path: String) throws -> AdoptionMap {
        var bytes: [UInt8] = []
        let input = try TransferInput(path: path)
        while let line = try input.next() { bytes += line + [UInt8(ascii: "\n")] }
        do {
            return try AdoptionMap(json: bytes)
        } catch {
            throw UsageError("--map \(path): \(error.description)")
        }
    }
}

/// The names of the old collections; nil: not to be read.
struct OldCollections: Sendable {
    let tickets: String
    let users: String?
    let projects: String?
}
