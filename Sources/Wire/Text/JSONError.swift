// Why a text is not JSON.

/// Position and reason of a JSON error.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Offset of the wrong byte.
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
