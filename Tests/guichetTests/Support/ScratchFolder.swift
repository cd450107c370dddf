import Foundation

/// A folder of its own, removed when the body ends.
func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = "/tmp/guichet-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}
