// A running hub, by its calls for adopted events (docs/protocol.md 6.24).

import Glibc
import Notify
import Text
import Tickets
import Wire

final class HubTarget: FollowTarget {
    let label: String
    private let base: String
    private let tokenFile: String
    private let client: HTTPClient
    /// The hub has taken the token before.
    private var hasAnswered = false

    /// Bytes of words in a call; the hub takes 1 MiB, unless set otherwise.
    private static let bytesMax = 256 << 10

    init(_ url: String, tokenFile: String) throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains("?") else {
            throw UsageError("--hub must be http://HOST/… or https://HOST/…, not “\(url)”")
        }
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        label = base
        self.tokenFile = tokenFile
        do {
            client = try HTTPClient(timeoutSeconds: 60)
        } catch {
            throw UsageError(error.description)
        }
        _ = try token()
    }

    func log(of id: TicketID) throws(FollowError) -> [TicketEvent] {
        var log: [TicketEvent] = []
        while true {
            let answer = try call("/api/adopted/\(id)?after=\(log.count)")
            if answer.status == 404 {
                hasAnswered = true
                return []
            }
            try require(answer, 200)
            do {
                let fields = try RecordReader(try JSONReader.parse(answer.body.span))
                for record in try fields.array("events") {
                    log.append(try TicketEvent(record: record))
                }
                if try !fields.bool("more") { return log }
            } catch {
                throw .refused("\(label) answers what no hub answers: \(error)")
            }
        }
    }

    func append(_ events: [TicketEvent], to log: [TicketEvent]) throws(FollowError) {
        guard let ticket = events.first?.ticket else { return }
        for part in events.parts(countMax: AdoptedEvents.countMax, bytesMax: Self.bytesMax) {
            let body = Tree.object([.init("events", .array(part.map(\.record)))])
            try require(try call("/api/adopted/\(ticket)", JSONWriter.bytes(of: body)), 200)
        }
    }

    func note(lagSeconds: Double?) {
        let body = Tree.object([.init("lagSeconds", Tree(lagSeconds))])
        // A hub that is away shows no lag; the next change says more.
        _ = try? call("/api/adopted", JSONWriter.bytes(of: body))
    }

    // MARK: Calls

    private func call(
        _ path: String, _ body: [UInt8]? = nil
    ) throws(FollowError) -> HTTPAnswer {
        do {
            return try client.call(base + path, token: try token(), body: body)
        } catch {
            throw .away("\(label): \(error)")
        }
    }

    /// Read again each time, so that a token can be renewed.
    private func token() throws(UsageError) -> String {
        guard let text = try? TransferInput(path: tokenFile).next() else {
            throw UsageError("--token-file \(tokenFile) cannot be read")
        }
        let token = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw UsageError("--token-file \(tokenFile) has no token")
        }
        return token
    }

    private func require(_ answer: HTTPAnswer, _ status: Int) throws(FollowError) {
        if answer.status == status { hasAnswered = true }
        guard answer.status != status else { return }
        let detail = (try? JSONReader.parse(answer.body.span))
            .flatMap { try? RecordReader($0).optionalString("detail") }
        let reason = "\(label): \(detail ?? "it answers \(answer.status)")"
        switch answer.status {
        case 409: throw .stale
        case 401 where !hasAnswered: throw .refused(reason)
        // The token may be renewed in its file.
        case 401, 429, 500...:
            if let seconds = answer.retryAfter { sleep(UInt32(clamping: min(seconds, 30))) }
            throw .away(reason)
        default: throw .refused(reason)
        }
    }
}
