// Templates: text with {{variables}}, and {{#sections}}…{{/sections}} that are shown when their
// variable is not empty. Parsed once at start; errors are reported then, with their line.

struct TemplateError: Error, CustomStringConvertible {
    let line: Int
    let reason: String
    var description: String { "line \(line): \(reason)" }
}

/// The variables of templates.
package enum TemplateVariable: String, CaseIterable, Sendable {
    case ref, title, project, status, priority, category, client, assignee, author, recipient
    case message, description, link, clock, deadline
}

package struct MailTemplate: Sendable {
    private indirect enum Part: Sendable {
        case text(String)
        case variable(TemplateVariable)
        case section(TemplateVariable, [Part])
    }

    private let parts: [Part]

    init(_ text: String) throws(TemplateError) {
        var open: [(variable: TemplateVariable, line: Int, parts: [Part])] = []
        var parts: [Part] = []
        var rest = text[...]
        var line = 1
        while let start = rest.firstRange(of: "{{") {
            let before = rest[..<start.lowerBound]
            parts.append(.text(String(before)))
            line += before.count { $0.isNewline }
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                throw TemplateError(line: line, reason: "“{{” is not closed by “}}”")
            }
            let tag = rest[start.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
            let name = tag.first == "#" || tag.first == "/" ? tag.dropFirst() : tag
            guard let variable = TemplateVariable(rawValue: String(name)) else {
                throw TemplateError(line: line, reason: Self.unknown(name))
            }
            if tag.first == "#" {
                open.append((variable, line, parts))
                parts = []
            } else if tag.first == "/" {
                guard let section = open.popLast(), section.variable == variable else {
                    throw TemplateError(
                        line: line, reason: "“{{/\(name)}}” closes nothing that is open here")
                }
                parts = section.parts + [.section(variable, parts)]
            } else {
                parts.append(.variable(variable))
            }
        }
        if let section = open.last {
            throw TemplateError(
                line: section.line, reason: "“{{#\(section.variable.rawValue)}}” is never closed")
        }
        self.parts = parts + [.text(String(rest))]
    }

    private static func unknown(_ name: Substring) -> String {
        let known = TemplateVariable.allCases.map(\.rawValue).joined(separator: ", ")
        return "there is no variable “\(name.prefix(60))”; known are \(known)"
    }

    /// `escape` encodes a value for the format.
    func render(
        _ values: [TemplateVariable: String], _ escape: (String) -> String = { $0 }
    ) -> String {
        Self.render(parts, values, escape)
    }

    private static func render(
        _ parts: [Part], _ values: [TemplateVariable: String], _ escape: (String) -> String
    ) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let own): text += own
            case .variable(let name): text += escape(values[name] ?? "")
            case .section(let name, let inner):
                if values[name]?.isEmpty == false { text += render(inner, values, escape) }
            }
        }
    }

    /// For HTML's text and quoted attributes; line ends become visible breaks.
    static func escapeHTML(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where character.isNewline: escaped += "<br>\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
