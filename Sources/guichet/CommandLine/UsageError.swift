// Error for wrong command-line usage.

/// Its message is for the person at the terminal.
struct UsageError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
    init(_ message: String) { self.message = message }
}
