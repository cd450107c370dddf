// Responses, as the replay reads them from a hub: every split reads like the whole.

@testable import Wire

enum ResponseFuzz {
    private struct Transcript: Equatable {
        var lines: [String] = []
        var bodies: [[UInt8]] = []
        var error: HTTPError?

        init(_ pieces: [[UInt8]]) {
            var parser = ResponseParser(limits: HTTPLimits(bodyBytes: 4096))
            do throws(HTTPError) {
                for piece in pieces {
                    parser.append(piece)
                    while let part = try parser.next() { add(part) }
                }
                if let part = try parser.finish() { add(part) }
            } catch {
                self.error = error
            }
        }

        private mutating func add(_ part: HTTPIncomingResponse) {
            switch part {
            case .head(let head):
                require((100...999).contains(head.status), "a status has three digits")
                lines.append("\(head.status) \(head.keepAlive) \(head.headers.fields)")
                bodies.append([])
            case .body(let data):
                guard var last = bodies.popLast() else { return require(false, "a head is first") }
                last += data
                require(last.count <= 4096, "a body keeps to its limit")
                bodies.append(last)
            case .end: lines.append("end")
            }
        }
    }

    @Sendable static func run(_ bytes: [UInt8]) {
        var pieces = Pieces(for: bytes)
        // A body that lasts until the close may exceed its limit sooner or later: sizes differ.
        let whole = Transcript([bytes])
        let split = Transcript(pieces.cut(bytes))
        require(whole.error == split.error, "splits change no verdict")
        require(whole.lines == split.lines, "splits change no head")
        if whole.error == nil { require(whole.bodies == split.bodies, "splits change no body") }
    }
}
