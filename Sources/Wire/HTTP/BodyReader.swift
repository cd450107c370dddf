// Reads a message's body from the received bytes in either framing, and never takes a byte after
// it.

import Text

struct BodyReader {
    enum Part {
        case data([UInt8])
        case end
    }

    private enum State {
        case fixed(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailers(HeadReader)
        case untilClose
        case done
    }

    private var state: State
    private var receivedBytes = 0
    private var extensionBytes = 0

    /// Enough for a chunk's size and a short extension.
    private static let chunkLineBytesMax = 256
    /// Extensions are ignored, so this limits a body that consists of them.
    private static let extensionBytesMax = 4096

    /// A nil framing reads until the peer closes.
    init(_ framing: BodyFraming?) {
        state =
            switch framing {
            case nil: .untilClose
            case BodyFraming.none?: .done
            case .length(let length)?: length == 0 ? .done : .fixed(remaining: length)
            case .chunked?: .chunkSize
            }
    }

    /// Whether the peer's close is the regular end.
    var endsAtClose: Bool {
        if case .untilClose = state { true } else { false }
    }

    /// The next part, or nil when more bytes are needed. After `.end`, always `.end`.
    mutating func next(
        from input: inout InputBuffer, limit: Int, limits: HTTPLimits
    ) throws(HTTPError) -> Part? {
        while true {
            switch state {
            case .done:
                return .end
            case .fixed(let remaining):
                // Refused before any of it is read.
                try check(remaining, limit)
                guard let data = data(from: &input, max: remaining) else { return nil }
                let left = remaining - data.count
                state = left == 0 ? .done : .fixed(remaining: left)
                return .data(data)
            case .untilClose:
                guard let data = data(from: &input, max: input.count) else { return nil }
                try check(0, limit)
                return .data(data)
            case .chunkSize:
                guard let size = try chunkSize(from: &input) else { return nil }
                try check(size, limit)
                state = size == 0 ? .trailers(HeadReader()) : .chunkData(remaining: size)
            case .chunkData(let remaining):
                guard let data = data(from: &input, max: remaining) else { return nil }
                let left = remaining - data.count
                state = left == 0 ? .chunkEnd : .chunkData(remaining: left)
                return .data(data)
            case .chunkEnd:
                guard try chunkEnd(from: &input) else { return nil }
                state = .chunkSize
            case .trailers(var reader):
                let isComplete = try skipTrailers(from: &input, &reader, limits)
                state = isComplete ? .done : .trailers(reader)
                if !isComplete { return nil }
            }
        }
    }

    private func check(_ announced: Int, _ limit: Int) throws(HTTPError) {
        guard announced <= limit - receivedBytes else {
            throw HTTPError(status: 413, reason: "the body is larger than \(limit) bytes")
        }
    }

    private mutating func data(from input: inout InputBuffer, max: Int) -> [UInt8]? {
        guard !input.isEmpty else { return nil }
        let data = input.take(max)
        receivedBytes += data.count
        return data
    }

    private mutating func chunkSize(from input: inout InputBuffer) throws(HTTPError) -> Int? {
        let length: Int?
        do {
            length = try input.lineLength(max: Self.chunkLineBytesMax)
        } catch {
            throw .badRequest("a chunk's first line is too long")
        }
        guard let length else { return nil }
        let line = try input.withFirst(length) { bytes throws(HTTPError) in
            try ChunkLine(bytes)
        }
        input.consume(length)
        extensionBytes += line.extensionBytes
        guard extensionBytes <= Self.extensionBytesMax else {
            throw .badRequest("too many chunk extensions")
        }
        return line.size
    }

    private func chunkEnd(from input: inout InputBuffer) throws(HTTPError) -> Bool {
        let isWrong = input.withFirst(2) { bytes in
            bytes.first.map { $0 != 0x0D } ?? false || bytes.count == 2 && bytes[1] != 0x0A
        }
        guard !isWrong else { throw .badRequest("a chunk does not end after its size") }
        guard input.count >= 2 else { return false }
        input.consume(2)
        return true
    }

    /// Trailers are checked like headers and dropped; none may change what the head said (RFC 9110
    /// §6.5.1).
    private func skipTrailers(
        from input: inout InputBuffer, _ reader: inout HeadReader, _ limits: HTTPLimits
    ) throws(HTTPError) -> Bool {
        guard let trailers = try reader.headers(from: &input, limits: limits) else { return false }
        for field in trailers.fields {
            switch field.name {
            case "content-length", "transfer-encoding", "host", "trailer":
                throw .badRequest("\(field.name) must not come as a trailer")
            default: continue
            }
        }
        return true
    }
}
