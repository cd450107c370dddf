// Parses bytes, requests and refusals for assertions.

package import Text
package import Tickets
package import Wire

package func json(_ bytes: [UInt8]) throws -> Tree { try JSONReader.parse(bytes) }

package func json(_ text: String) throws -> Tree { try JSONReader.parse(Array(text.utf8)) }

package func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
}

/// The one JSON value that `write` encodes.
package func encoded(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    write(&json)
    return json.bytes
}

extension Tree {
    package var names: [String] { objectValue?.map(\.name.string) ?? [] }

    package subscript(_ index: Int) -> Tree? {
        guard let items = arrayValue, items.indices.contains(index) else { return nil }
        return items[index]
    }
}

/// The refusal that `body` throws; nil: none.
package func refusal<Value>(
    of body: () throws(TicketRejection) -> Value
) -> TicketRejection? {
    do throws(TicketRejection) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

/// A request, parsed from bytes.
package func requestHead(
    _ target: String = "/", _ headers: [(String, String)] = [], host: String? = "hub.example",
    method: String = "GET"
) throws -> RequestHead {
    var lines = ["\(method) \(target) HTTP/1.\(host == nil ? 0 : 1)"]
    if let host { lines.append("Host: \(host)") }
    lines += headers.map { "\($0.0): \($0.1)" }
    var parser = RequestParser()
    parser.append(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    guard case .head(let head)? = try parser.next() else {
        throw HTTPError(status: 400, reason: "the test's request is not whole")
    }
    return head
}
