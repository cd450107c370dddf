// A parser's results for some bytes, in a form that is equal for every split.

@testable import Wire

/// One line per head, body and end; last the error, if there was one.
func requestTranscript(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> [String] {
    var parser = RequestParser(limits: limits)
    var lines: [String] = []
    var body: [UInt8] = []
    do {
        for piece in pieces {
            parser.append(piece)
            while let part = try parser.next() {
                switch part {
                case .head(let head):
                    lines.append("\(head.method) \(head.path) \(head.framing)")
                case .body(let data): body += data
                case .end:
                    lines.append("body \(String(decoding: body, as: UTF8.self))")
                    body = []
                }
            }
        }
    } catch {
        lines.append("error \(error)")
    }
    return lines
}

func requestTranscript(_ text: String, limits: HTTPLimits = HTTPLimits()) -> [String] {
    requestTranscript([Array(text.utf8)], limits: limits)
}

/// The status with which `text` is refused, or nil when it is not.
func refusal(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Int? {
    refusal(Array(text.utf8), limits: limits)
}

func refusal(_ bytes: [UInt8], limits: HTTPLimits = HTTPLimits()) -> Int? {
    var parser = RequestParser(limits: limits)
    parser.append(bytes)
    do {
        while try parser.next() != nil {}
        return nil
    } catch {
        return error.status
    }
}

/// The head of the first request in `text`.
func head(_ text: String) throws -> RequestHead? {
    var parser = RequestParser()
    parser.append(Array(text.utf8))
    guard case .head(let head)? = try parser.next() else { return nil }
    return head
}

/// `bytes` cut in two at every place, and into single bytes.
func splits(_ bytes: [UInt8]) -> [[[UInt8]]] {
    (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + [bytes.map { [$0] }]
}
