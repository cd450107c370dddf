// One ES module of the web client, rewritten as the body of a function that returns its exports.

import Text

/// Reads imports and exports in the forms that the client uses: a statement begins its line, a name
/// is exported once, where it is declared, and never assigned again. Lines that hold only a comment
/// are left out.
struct ModuleText {
    /// The module has something that a function body cannot express, such as `import.meta`.
    struct UnknownForm: Error {}

    let path: ExactText
    /// Begins with `$take(…)` for each import and ends with `return {…};`.
    private(set) var body: [UInt8] = []
    /// Paths of the modules that run before this one.
    private(set) var imports: [ExactText] = []
    /// Paths of `import('…')`.
    private(set) var lateImports: [ExactText] = []
    private var exports: [String] = []

    init(_ bytes: [UInt8], at path: ExactText) throws(UnknownForm) {
        self.path = path
        body.reserveCapacity(bytes.count)
        var statement: [UInt8] = []
        var isComment = false
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.trimmingBlanks
            if isComment {
                isComment = !text.hasSuffix("*/")
                continue
            }
            if statement.isEmpty {
                if text.starts(with: "//".utf8) { continue }
                if text.starts(with: "/*".utf8), text.position(of: "*/") == nil {
                    isComment = true
                    continue
                }
                if text.starts(with: "/*".utf8), text.hasSuffix("*/") { continue }
                guard Self.beginsStatement(line) else {
                    try add(line)
                    continue
                }
            }
            statement += text + [UInt8(ascii: " ")]
            if text.last == UInt8(ascii: ";") {
                try finish(String(decoding: statement, as: UTF8.self))
                statement = []
            }
        }
        guard statement.isEmpty, !isComment else { throw UnknownForm() }
        body += "return { \(exports.joined(separator: ", ")) };\n".utf8
    }

    private static func beginsStatement(_ line: ArraySlice<UInt8>) -> Bool {
        ["import ", "export {", "export *"].contains { line.starts(with: $0.utf8) }
    }

    // MARK: Statements

    /// `import … from '…';`, `import '…';` or `export … from '…';`, on one line.
    private mutating func finish(_ statement: String) throws(UnknownForm) {
        let parts = statement.split(separator: "'", omittingEmptySubsequences: false)
        let clause = parts.first ?? ""
        let names = try Self.names(in: clause)
        let isExport = clause.utf8.starts(with: "export".utf8)
        guard parts.count == 3 else {
            guard parts.count == 1, isExport, let names else { throw UnknownForm() }
            exports += names.map { Self.property($0.alias, $0.name) }
            return
        }
        let other = try resolve(parts[1])
        imports.append(other)
        let source = "$take(\"\(other.string)\")"
        guard let names else {
            if isExport { exports.append("...\(source)") }
            if !isExport, clause.utf8.count > "import ".utf8.count { throw UnknownForm() }
            body += "\(source);\n".utf8
            return
        }
        if isExport {
            body += "\(source);\n".utf8
            exports += names.map { Self.property($0.alias, "\(source).\($0.name)") }
        } else {
            let taken = names.map { Self.property($0.name, $0.alias) }
            body += "const { \(taken.joined(separator: ", ")) } = \(source);\n".utf8
        }
    }

    private static func property(_ name: String, _ value: String) -> String {
        name.utf8.elementsEqual(value.utf8) ? name : "\(name): \(value)"
    }

    /// The names of `{ a, b as c }`; nil without braces.
    private static func names(
        in clause: Substring
    ) throws(UnknownForm) -> [(name: String, alias: String)]? {
        guard let start = clause.utf8.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        guard let end = clause.utf8.lastIndex(of: UInt8(ascii: "}")), start < end else {
            throw UnknownForm()
        }
        var names: [(name: String, alias: String)] = []
        for member in clause[clause.utf8.index(after: start)..<end].split(separator: ",") {
            let words = member.split(separator: " ").map(String.init)
            switch words.count {
            case 0: continue
            case 1: names.append((words[0], words[0]))
            case 3: names.append((words[0], words[2]))
            default: throw UnknownForm()
            }
        }
        return names
    }

    /// The path of `./x.js` or `../y/x.js`, seen from this module.
    private func resolve(_ specifier: Substring) throws(UnknownForm) -> ExactText {
        guard specifier.utf8.first == UInt8(ascii: ".") else { throw UnknownForm() }
        var folders = path.string.split(separator: "/").dropLast()
        for part in specifier.split(separator: "/") {
            switch ExactText(part) {
            case ".": continue
            case "..": if folders.popLast() == nil { throw UnknownForm() }
            default: folders.append(part)
            }
        }
        return ExactText("/" + folders.joined(separator: "/"))
    }

    // MARK: Lines

    private static let declarations = [
        "const ", "class ", "async function* ", "async function ", "function* ", "function ",
    ]

    private mutating func add(_ line: ArraySlice<UInt8>) throws(UnknownForm) {
        var line = line
        if line.starts(with: "export ".utf8) {
            line = line.dropFirst("export ".utf8.count)
            guard let keyword = Self.declarations.first(where: { line.starts(with: $0.utf8) })
            else { throw UnknownForm() }
            let name = line.dropFirst(keyword.utf8.count).prefix { Script.isNamePart($0) }
            guard !name.isEmpty else { throw UnknownForm() }
            exports.append(String(decoding: name, as: UTF8.self))
        }
        guard !line.starts(with: "await ".utf8), line.position(of: "import.meta") == nil else {
            throw UnknownForm()
        }
        while let start = line.position(of: "import('") {
            let specifier = line[(start + "import('".utf8.count)...]
            guard let end = specifier.firstIndex(of: UInt8(ascii: "'")) else { throw UnknownForm() }
            let text = String(decoding: specifier[..<end], as: UTF8.self)
            let other = try resolve(text[...])
            lateImports.append(other)
            body += line[..<start]
            body += "$late(\"\(other.string)\"".utf8
            line = line[(end + 1)...]
        }
        guard line.position(of: "import(") == nil else { throw UnknownForm() }
        body += line
        body.append(UInt8(ascii: "\n"))
    }
}

private enum Script {
    /// A letter, a digit, `_` or `$`.
    static func isNamePart(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}

extension ArraySlice<UInt8> {
    var trimmingBlanks: ArraySlice<UInt8> {
        let rest = drop { Script.isBlank($0) }
        guard let last = rest.lastIndex(where: { !Script.isBlank($0) }) else {
            return rest.prefix(0)
        }
        return rest[...last]
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && suffix(text.utf8CodeUnitCount).elementsEqual(text.bytes)
    }

    /// Where `text` begins for the first time.
    func position(of text: StaticString) -> Int? {
        let wanted = text.bytes
        var at = startIndex
        while let start = self[at...].firstIndex(of: wanted[0]) {
            if self[start...].starts(with: wanted) { return start }
            at = start + 1
        }
        return nil
    }
}

extension StaticString {
    fileprivate var bytes: [UInt8] { Array(description.utf8) }
}
