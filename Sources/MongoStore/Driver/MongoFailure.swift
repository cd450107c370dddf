// An error of the driver or server, and what it implies about the data.

internal import CMongo
import Text
internal import Tickets

struct MongoFailure: Error {
    let domain: UInt32
    let code: UInt32
    /// The message of the driver or server; it names hosts, never credentials.
    let message: String
    /// Documents that an insert had written before it failed; nil: unknown.
    var insertedCount: Int?

    var isDuplicateKey: Bool { code == MONGOC_ERROR_DUPLICATE_KEY.rawValue && isFromServer }

    /// IndexNotFound.
    var isMissingIndex: Bool { code == 27 && isFromServer }

    /// The command was never sent, so it had no effect.
    var isBeforeSending: Bool {
        switch domain {
        case MONGOC_ERROR_SERVER_SELECTION.rawValue, MONGOC_ERROR_BSON.rawValue: true
        case MONGOC_ERROR_STREAM.rawValue: Self.connectCodes.contains(code)
        case MONGOC_ERROR_CLIENT.rawValue: code == MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue
        case MONGOC_ERROR_COMMAND.rawValue: code == MONGOC_ERROR_COMMAND_INVALID_ARG.rawValue
        default: false
        }
    }

    /// The server rejected the write before writing anything, and not because it is stepping down.
    var isRefusal: Bool { isFromServer && !Self.retryableCodes.contains(code) }

    private var isFromServer: Bool { domain == MONGOC_ERROR_SERVER.rawValue }

    private static let connectCodes = [
        MONGOC_ERROR_STREAM_NAME_RESOLUTION.rawValue, MONGOC_ERROR_STREAM_CONNECT.rawValue,
        MONGOC_ERROR_STREAM_NOT_ESTABLISHED.rawValue,
    ]

    /// Errors after which the driver specifications ("Retryable Writes") allow a retry, since the
    /// write may or may not have run: a member that is shutting down or stepping down, a network
    /// failure, a time limit.
    private static let retryableCodes: Set<UInt32> = [
        6, 7, 89, 91, 189, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436,
    ]
}

// MARK: What the caller hears

extension MongoFailure {
    func unavailable(_ address: MongoAddress) -> StoreError {
        isFromServer && code == Self.maxTimeExpired
            ? .timeLimit(reason(address)) : .unavailable(reason(address))
    }

    private static let maxTimeExpired: UInt32 = 50

    /// Of a write of `guichet check --repair`, which names what the server refuses and goes on.
    func ofRepair(_ address: MongoAddress) -> StoreError {
        isRefusal
            ? .corrupt("the server refuses to write it (error \(code))") : unavailable(address)
    }

    /// Of a write: it counts as not written only if that is certain. An ordered insert stops at the
    /// first document that fails, so a count of zero means that the first one failed.
    func outcome(_ address: MongoAddress) -> StoreError {
        if let insertedCount, insertedCount > 0 {
            return .unknownOutcome("written in part: \(reason(address))")
        }
        if isDuplicateKey && insertedCount == 0 { return .conflict(message) }
        let isCertain = isBeforeSending || (isRefusal && insertedCount == 0)
        return isCertain ? unavailable(address) : .unknownOutcome(reason(address))
    }

    /// Of a write that follows another of the same batch.
    func partly(_ address: MongoAddress) -> StoreError {
        .unknownOutcome("written in part: \(reason(address))")
    }

    private func reason(_ address: MongoAddress) -> String {
        "\(address.label): \(message) (\(advice))"
    }

    private var advice: String {
        if domain == MONGOC_ERROR_SERVER_SELECTION.rawValue {
            return "check that it runs, has a primary and can be reached from here"
        }
        if code == MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue || code == 18 {
            return "check the user, the password and authSource of the URI"
        }
        switch code {
        case 13: return "give the user the role readWrite on this database"
        case 50: return "the query took too long: narrow it"
        case 85, 86: return "an index of that name is not ours: drop it and start again"
        case 14031: return "make room on the server's disk"
        default: return "error \(code) of domain \(domain)"
        }
    }
}

extension MongoFailure {
    init(_ error: bson_error_t, reply: NativeReply? = nil) {
        domain = error.domain
        code = error.code
        message = Self.text(of: error)
        if let reply, let fields = try? BSONReader.fields(of: reply.bytes),
            case .int(let count)? = fields.first(where: { $0.name == "insertedCount" })?.value
        {
            insertedCount = count
        }
    }

    /// A failure on this side, before any call.
    init(unencodable subject: String) {
        domain = MONGOC_ERROR_BSON.rawValue
        code = MONGOC_ERROR_BSON_INVALID.rawValue
        message = "\(subject) does not fit into a document"
    }

    private static func text(of error: bson_error_t) -> String {
        unsafe withUnsafeBytes(of: error.message) { bytes in
            // SAFETY: the view does not outlive `error`; the text ends at the first NUL.
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension NativeReply {
    /// Of an unordered insert: the documents whose `_id` was there. nil: something else failed too.
    var duplicatePositions: [Int]? {
        guard let fields = try? BSONReader.fields(of: bytes),
            case .array(let errors)? = fields.first(where: { $0.name == "writeErrors" })?.value,
            !errors.isEmpty, !fields.contains(where: { $0.name == "writeConcernErrors" })
        else { return nil }
        var positions: [Int] = []
        for case .object(let error) in errors {
            guard
                error.first(where: { $0.name == "code" })?.value
                    == .int(Int(MONGOC_ERROR_DUPLICATE_KEY.rawValue)),
                case .int(let position)? = error.first(where: { $0.name == "index" })?.value
            else { return nil }
            positions.append(Int(position))
        }
        return positions.count == errors.count ? positions : nil
    }
}
