// The pages of the web client with few requests: each has one style sheet and one script for its
// first screen, joined at start from the files that it names.

import Text

struct JoinedClient {
    /// Files of this build, by their path below its folder. An entry's path has its modules joined.
    private(set) var joined: [ExactText: WebFile] = [:]
    /// The pages, with addresses of this build.
    private(set) var pages: [ExactText: WebFile] = [:]

    /// Started by the pages' modules, not by a page.
    private static let workers: [ExactText] = ["/net/hub-worker.js"]
    /// These keep their own address: pages, what the browser requests by itself, and icons, which
    /// scripts exchange.
    private static let fixed = [".html", ".webmanifest", "/sw.js", ".svg"]

    init(files: [ExactText: WebFile], build: String, folder: String) {
        var texts: [ExactText: ModuleText] = [:]
        for (path, file) in files where file.isScript {
            // A script of an unknown form, such as a classic one, is served as it is.
            texts[path] = try? ModuleText(file.bytes, at: path)
        }
        let paths = Set(
            files.keys.filter { path in !Self.fixed.contains { path.string.hasSuffix($0) } })
        for worker in Self.workers { _ = join(worker, files, texts) }
        for (path, file) in files where file.isPage {
            let page = WebPage(file.bytes)
            let isJoined = page.entry.map { join($0, files, texts) } ?? false
            let sheet = joinSheets(of: page, named: file.name, files)
            pages[path] = file.with(
                page.written(
                    build: build, folder: folder, files: paths, joinedSheet: sheet,
                    isJoined: isJoined))
        }
    }

    private mutating func join(
        _ entry: ExactText, _ files: [ExactText: WebFile], _ texts: [ExactText: ModuleText]
    ) -> Bool {
        guard let file = files[entry] else { return false }
        let stem = String(file.name.dropLast(".js".count))
        let lateName = "\(stem)-late.js"
        guard let modules = JoinedModules(entry: entry, lateName: lateName, of: texts) else {
            return false
        }
        joined[entry] = file.with(modules.first)
        if let late = modules.late {
            let folder = entry.string.dropLast(file.name.count)
            joined[ExactText("\(folder)\(lateName)")] = WebFile(
                name: lateName, bytes: late, modifiedAt: file.modifiedAt)
        }
        return true
    }

    private mutating func joinSheets(
        of page: WebPage, named name: String, _ files: [ExactText: WebFile]
    ) -> ExactText? {
        let sheets = page.sheets.compactMap { files[$0] }
        guard sheets.count > 1, sheets.count == page.sheets.count, let folder = page.sheetsFolder
        else { return nil }
        let joinedName = "\(name.dropLast(".html".count))-page.css"
        let path = ExactText("\(folder)/\(joinedName)")
        joined[path] = WebFile(
            name: joinedName,
            bytes: Array(sheets.map(\.bytes).joined(separator: [UInt8(ascii: "\n")])),
            modifiedAt: sheets.map(\.modifiedAt).max() ?? 0)
        return path
    }
}
