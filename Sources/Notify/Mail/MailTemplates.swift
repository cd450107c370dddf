// The ten pairs of templates: built in, or replaced by files of the same name in a folder.

import Foundation
package import Tickets

package enum MailLanguage: String, CaseIterable, Sendable {
    case fr, en

    /// From a token's `locale` claim: `en`, `en-GB`, `fr_FR` …; French for any other value.
    package init(locale: String?) {
        let code = locale?.lowercased().prefix { $0 != "-" && $0 != "_" } ?? ""
        self = MailLanguage(rawValue: String(code)) ?? .fr
    }
}

/// An e-mail rendered from a template.
package struct RenderedMail: Sendable {
    package let subject: String
    package let text: String
    package let html: String
}

package struct MailTemplates: Sendable {
    private struct Name: Hashable {
        let kind: MailKind
        let language: MailLanguage
        let isHTML: Bool

        /// `reply.fr.txt`, `reply.fr.html`.
        var file: String { "\(kind.rawValue).\(language.rawValue).\(isHTML ? "html" : "txt")" }

        static var all: [Name] {
            MailKind.allCases.flatMap { kind in
                MailLanguage.allCases.flatMap { language in
                    [false, true].map { Name(kind: kind, language: language, isHTML: $0) }
                }
            }
        }
    }

    /// A text's first line is its subject.
    private struct Pair: Sendable {
        var subject: MailTemplate
        var text: MailTemplate
        var html: MailTemplate
    }

    private let pairs: [MailKind: [MailLanguage: Pair]]

    /// - Parameter folder: nil: built-in templates only.
    package init(folder: String? = nil) throws(NotifyError) {
        var sources: [Name: (text: String, place: String)] = [:]
        for name in Name.all {
            let text = BuiltInTemplates.source(name.kind, name.language, isHTML: name.isHTML)
            sources[name] = (text, "the built-in \(name.file)")
        }
        if let folder {
            for (name, text) in try Self.read(folder) {
                sources[name] = (text, "\(folder)/\(name.file)")
            }
        }
        var pairs: [MailKind: [MailLanguage: Pair]] = [:]
        for kind in MailKind.allCases {
            for language in MailLanguage.allCases {
                let names = [false, true].map {
                    Name(kind: kind, language: language, isHTML: $0)
                }
                guard let text = sources[names[0]], let html = sources[names[1]] else { continue }
                let (subject, body) = try Self.subject(of: text.text, text.place)
                pairs[kind, default: [:]][language] = Pair(
                    subject: try Self.template(subject, text.place, lineOffset: 0),
                    text: try Self.template(body, text.place, lineOffset: 1),
                    html: try Self.template(html.text, html.place, lineOffset: 0))
            }
        }
        self.pairs = pairs
    }

    private static func read(_ folder: String) throws(NotifyError) -> [(Name, String)] {
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw NotifyError("the folder \(folder) cannot be read")
        }
        var found: [(Name, String)] = []
        for file in files.sorted() where file.hasSuffix(".txt") || file.hasSuffix(".html") {
            guard let name = Name.all.first(where: { $0.file == file }) else {
                let known = MailKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw NotifyError(
                    "\(folder)/\(file) is no template: names are KIND.fr.txt, KIND.en.html and so "
                        + "on, with KIND one of \(known)")
            }
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)"),
                let text = String(validating: data, as: UTF8.self)
            else { throw NotifyError("\(folder)/\(file) cannot be read as UTF-8 text") }
            found.append((name, text))
        }
        return found
    }

    private static func subject(
        of text: String, _ place: String
    ) throws(NotifyError) -> (subject: String, body: String) {
        let end = text.firstIndex(where: \.isNewline) ?? text.endIndex
        let first = text[..<end]
        guard first.hasPrefix("Subject: "), first.count > "Subject: ".count else {
            throw NotifyError("\(place), line 1: it must begin with “Subject: ” and the subject")
        }
        let body = end == text.endIndex ? "" : String(text[text.index(after: end)...])
        return (String(first.dropFirst("Subject: ".count)), body)
    }

    private static func template(
        _ text: String, _ place: String, lineOffset: Int
    ) throws(NotifyError) -> MailTemplate {
        do throws(TemplateError) {
            return try MailTemplate(text)
        } catch {
            throw NotifyError("\(place), line \(error.line + lineOffset): \(error.reason)")
        }
    }

    /// - Parameter firstTitle: the title in subjects; nil: that of `values`.
    package func render(
        _ kind: MailKind, _ language: MailLanguage, _ values: [TemplateVariable: String],
        firstTitle: String? = nil
    ) -> RenderedMail? {
        guard let pair = pairs[kind]?[language] else { return nil }
        let body = pair.text.render(values)
        let lasting = values.merging(firstTitle.map { [.title: $0] } ?? [:]) { $1 }
        return RenderedMail(
            subject: pair.subject.render(lasting), text: String(body.drop(while: \.isNewline)),
            html: pair.html.render(values, MailTemplate.escapeHTML))
    }
}
