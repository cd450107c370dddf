// The one receive buffer of all connections of a loop: an idle connection owns none.

struct ReadBuffer: ~Copyable {
    /// Also the limit per connection and turn, so that none starves the others.
    private static let byteCount = 64 * 1024

    private var bytes = [UInt8](repeating: 0, count: byteCount)

    /// Lets the connection read into the buffer, once.
    mutating func fill(from connection: Connection) -> Connection.Transfer {
        var span = bytes.mutableSpan
        return connection.transportRead(into: &span)
    }

    /// Lends the first `count` bytes.
    func lend(first count: Int, to body: (Span<UInt8>) -> Void) {
        body(bytes.span.extracting(first: count))
    }
}
