// Streamed forms: every split reads like the whole, memory stays within a line, and what was read
// can be written again.

@testable import Wire

enum MultipartFuzz {
    private struct Part: Equatable {
        let head: FormPart
        var content: [UInt8] = []
        var isWhole = false
    }

    private struct Transcript: Equatable {
        var parts: [Part] = []
        var isFinished = false
        var error: HTTPError?

        init(_ pieces: [[UInt8]], type: String) {
            do throws(HTTPError) {
                var reader = try MultipartReader(contentType: type)
                for piece in pieces {
                    reader.append(piece)
                    while let event = try reader.next() { add(event) }
                    require(reader.bufferedBytes <= 4200, "a reader holds one line at most")
                }
                isFinished = reader.isFinished
            } catch {
                self.error = error
                require(error.status == 400 || error.status == 415, "a refusal has a status")
            }
        }

        private mutating func add(_ event: MultipartEvent) {
            if case .begin(let head) = event {
                require(parts.last?.isWhole ?? true, "a part ends before the next begins")
                return parts.append(Part(head: head))
            }
            guard var last = parts.popLast(), !last.isWhole else {
                return require(false, "content belongs to the newest part")
            }
            if case .data(let bytes) = event {
                require(!bytes.isEmpty, "a piece is some bytes")
                last.content += bytes
            } else {
                last.isWhole = true
            }
            parts.append(last)
        }
    }

    private static let type = "multipart/form-data; boundary=b0"

    /// The first line is a content type when it looks like one, the rest the body.
    @Sendable static func run(_ bytes: [UInt8]) {
        let line = bytes.prefix { $0 != 0x0A }
        if let text = String(validating: Array(line)) { _ = ParameterizedValue(text) }
        var pieces = Pieces(for: bytes)
        let whole = Transcript([bytes], type: type)
        let split = Transcript(pieces.cut(bytes), type: type)
        require(whole == split, "splits change nothing: \(whole) or \(split)")
        requireSameAgain(whole)
    }

    private static func requireSameAgain(_ transcript: Transcript) {
        guard transcript.isFinished, !transcript.parts.isEmpty else { return }
        var bytes: [UInt8] = []
        for part in transcript.parts {
            bytes += Array("--b0\r\nContent-Disposition: form-data; name=\"".utf8)
            bytes += Array(escaped(part.head.name).utf8) + [0x22]
            if let name = part.head.fileName {
                let text = ContentDisposition.value("attachment", name: name)
                bytes += Array(text.dropFirst("attachment".count).utf8)
            }
            bytes += Array("\r\n\r\n".utf8) + part.content + [0x0D, 0x0A]
        }
        bytes += Array("--b0--".utf8)
        let again = Transcript([bytes], type: type)
        require(again == transcript, "a form, written again, is the same: \(transcript) \(again)")
    }

    private static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
