// Finds the folder of the web client.

import Foundation

enum WebDirectory {
    /// `--web`, or the `web/` of the checkout or installation that contains this program.
    static func find(given: String?) throws -> String {
        if let given {
            guard FileManager.default.fileExists(atPath: "\(given)/index.html") else {
                throw UsageError("--web \(given): there is no index.html in it")
            }
            return given
        }
        var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath()
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            for candidate in ["web", "share/guichet/web"] {
                let path = folder.appendingPathComponent(candidate).path
                if FileManager.default.fileExists(atPath: "\(path)/index.html") { return path }
            }
        }
        throw UsageError(
            "the web client was not found near the program; give its folder with --web")
    }

    /// Path of this program; without procfs, the path that it was started with.
    private static var program: String {
        let link = "/proc/self/exe"
        if FileManager.default.fileExists(atPath: link) { return link }
        return ProgramArguments.path ?? "."
    }
}
