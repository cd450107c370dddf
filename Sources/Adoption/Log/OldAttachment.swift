// Files of an old ticket: links to where the old system has them, until their bytes are here.

import Text
package import Tickets

package struct OldAttachment: Sendable {
    /// The id that the file gets here: the same in every run.
    package let id: FileID
    package let name: String
    /// Where the old system may have it, the most telling first; empty: nowhere.
    package let places: [String]
    /// Bytes, as the document says; nil: it does not.
    package let size: Int?
    /// As the document says; nil: it does not.
    package let type: String?
    /// The file here; nil: it stays where it is.
    package internal(set) var file: Attachment?

    /// The line that stands for a file which was not fetched.
    package var link: String {
        let url = places.first ?? name
        let place = ExactText(url) == ExactText(name) ? url : "\(name): \(url)"
        let facts = [type, size.map { "\($0) bytes" }].compactMap { $0 }
        return facts.isEmpty ? place : "\(place) (\(facts.joined(separator: ", ")))"
    }
}

extension [OldAttachment] {
    /// The words of a message, then a line for each file that is not here.
    func words(after content: String) -> String {
        let links = filter { $0.file == nil }.map(\.link).joined(separator: "\n")
        guard !links.isEmpty else { return content }
        return content.isEmpty ? links : "\(content)\n\n\(links)"
    }

    /// The same, with links only to files that are not among `here`.
    func words(after content: String, besides here: [Attachment]) -> String {
        var known = self
        for index in known.indices {
            known[index].file = here.first { $0.id == known[index].id }
        }
        return known.words(after: content)
    }

    var here: [Attachment] { compactMap(\.file) }
}

extension OldTicket {
    /// All files, those of the ticket itself first.
    package var files: [OldAttachment] { attachments + messages.flatMap(\.attachments) }

    /// The files of what this event of the ticket's log says.
    package func files(of event: TicketEvent) -> [OldAttachment] {
        if event.kind == .created { return attachments }
        guard let id = event.message?.id else { return [] }
        return messages.first { $0.id == id }?.attachments ?? []
    }

    /// Notes that the files of these events are here.
    package mutating func attachFiles(of log: [TicketEvent]) {
        var found: [FileID: Attachment] = [:]
        for event in log {
            let files = (event.created?.attachments ?? []) + (event.message?.attachments ?? [])
            for file in files { found[file.id] = file }
        }
        attach(found)
    }

    /// Notes which files are here.
    package mutating func attach(_ files: [FileID: Attachment]) {
        guard !files.isEmpty else { return }
        for index in attachments.indices { attachments[index].file = files[attachments[index].id] }
        for place in messages.indices {
            for index in messages[place].attachments.indices {
                messages[place].attachments[index].file =
                    files[messages[place].attachments[index].id]
            }
        }
    }
}
