// A page of the web client with the addresses of this build.

import Text

/// Read line by line: each tag of the head has a line of its own.
struct WebPage {
    private let lines: [Substring]
    /// Paths of the style sheets, in their order.
    let sheets: [ExactText]
    /// Path of the module that starts the page; nil: none.
    let entry: ExactText?

    private static let preload = #"rel="modulepreload""#
    private static let sheet = #"rel="stylesheet""#

    init(_ html: [UInt8]) {
        lines = String(decoding: html, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        sheets = lines.filter(Self.isSheet).compactMap(Self.address)
        entry = lines.first { $0.contains(#"<script type="module""#) }.flatMap(Self.address)
    }

    /// A sheet for paper, or another medium, stays alone.
    private static func isSheet(_ line: Substring) -> Bool {
        line.contains(sheet) && !line.contains("media=\"")
    }

    /// Sheets can be one file if they share a folder, because addresses in them are relative to it.
    var sheetsFolder: String? {
        let folders = Set(sheets.map { ExactText(Self.folder(of: $0)) })
        return folders.count == 1 ? folders.first?.string : nil
    }

    private static func folder(of path: ExactText) -> String {
        path.string.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    }

    /// - Parameters:
    ///   - folder: in front of the paths in `files`.
    ///   - joinedSheet: the file that has all sheets; nil: none.
    ///   - isJoined: whether the entry has all its modules in it.
    func written(
        build: String, folder: String, files: Set<ExactText>, joinedSheet: ExactText?,
        isJoined: Bool
    ) -> [UInt8] {
        guard entry != nil else { return Array(lines.joined(separator: "\n").utf8) }
        var written: [String] = []
        for line in lines {
            if isJoined, line.contains(Self.preload) { continue }
            if let joinedSheet, Self.isSheet(line) {
                if Self.address(in: line) == sheets.first {
                    let names = sheets.map(\.string).joined(separator: " ")
                    let href = "\(folder)\(joinedSheet.string)"
                    written.append(
                        "    <link rel=\"stylesheet\" href=\"\(href)\" data-holds=\"\(names)\">")
                }
                continue
            }
            written.append(Self.moved(line, to: folder, files))
            if line.contains("<head>") {
                written.append("    <meta name=\"guichet-build\" content=\"\(build)\">")
            }
        }
        return Array(written.joined(separator: "\n").utf8)
    }

    private static func moved(_ line: Substring, to folder: String, _ files: Set<ExactText>)
        -> String
    {
        guard let path = address(in: line), files.contains(path) else { return String(line) }
        return String(
            line.replacing("\"\(path.string)\"", with: "\"\(folder)\(path.string)\""))
    }

    /// The path in `href="/…"` or `src="/…"`.
    private static func address(in line: Substring) -> ExactText? {
        for name in ["href=\"", "src=\""] {
            guard let start = line.firstRange(of: name)?.upperBound,
                let end = line[start...].firstIndex(of: "\""), line[start] == "/"
            else { continue }
            return ExactText(line[start..<end])
        }
        return nil
    }
}
