// Reads a file of settings value by value. Errors name the file, the line and the setting.

import Text
import Wire

/// Why a file of settings cannot be used, for the person who wrote it.
package struct SettingsFileError: Error, CustomStringConvertible, Sendable {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// An error and its place in the file.
struct SettingsFault: Error {
    let path: [JSONStep]
    let reason: String
}

struct SettingsNode {
    let value: Tree
    let path: [JSONStep]

    /// Parses `bytes` and calls `read` with the root; its errors get their lines.
    static func read<Value>(
        _ bytes: [UInt8], file: String,
        _ read: (SettingsNode) throws(SettingsFault) -> Value
    ) throws(SettingsFileError) -> Value {
        let json: Tree
        do throws(JSONError) {
            json = try JSONReader.parse(bytes, maxMembers: 4096)
        } catch {
            let line = JSONLine.number(atByte: error.offset, of: bytes)
            throw SettingsFileError(
                "\(file), line \(line): this is not JSON: \(error.reason)")
        }
        do throws(SettingsFault) {
            return try read(SettingsNode(value: json, path: []))
        } catch {
            let line = JSONLine.number(of: error.path, in: bytes)
            let place = error.path.isEmpty ? "" : "\(Self.name(of: error.path)): "
            throw SettingsFileError("\(file), line \(line): \(place)\(error.reason)")
        }
    }

    func fault(_ reason: String) -> SettingsFault { SettingsFault(path: path, reason: reason) }

    /// The members of an object, in the order of the file. With `names`, other members are errors.
    func members(
        _ names: [ExactText]? = nil
    ) throws(SettingsFault) -> [(name: ExactText, node: SettingsNode)] {
        guard let members = value.objectValue else { throw fault("this must be an object {…}") }
        var nodes: [(name: ExactText, node: SettingsNode)] = []
        for member in members {
            let node = SettingsNode(value: member.value, path: path + [.member(member.name)])
            if let names, !names.contains(member.name) {
                throw node.fault("there is no such setting; use \(Self.list(names.map(\.string)))")
            }
            nodes.append((member.name, node))
        }
        return nodes
    }

    func optional(_ name: ExactText) -> SettingsNode? {
        value[name].map { SettingsNode(value: $0, path: path + [.member(name)]) }
    }

    func member(_ name: ExactText, _ hint: String) throws(SettingsFault) -> SettingsNode {
        guard let node = optional(name) else { throw fault("“\(name)” is missing; \(hint)") }
        return node
    }

    func items(_ what: String) throws(SettingsFault) -> [SettingsNode] {
        guard let items = value.arrayValue else { throw fault("this must be a list of \(what)") }
        return items.enumerated().map { SettingsNode(value: $1, path: path + [.item($0)]) }
    }

    func text(_ what: String) throws(SettingsFault) -> ExactText {
        guard let text = value.textValue else { throw fault("this must be \(what)") }
        return text
    }

    func string(_ what: String) throws(SettingsFault) -> String { try text(what).string }

    static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " or \(last)"
    }

    /// `policies[2].match.priority`.
    private static func name(of path: [JSONStep]) -> String {
        var name = ""
        for step in path {
            switch step {
            case .item(let index): name += "[\(index)]"
            case .member(let member): name += name.isEmpty ? member.string : ".\(member)"
            }
        }
        return name
    }
}
