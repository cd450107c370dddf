// Files of a ticket or a message: objects of many programs, or a bare URL.

import Text
import Tickets

extension DocumentReading {
    /// - Parameters:
    ///   - owner: seeds the ids of the files, with their place in the list.
    ///   - place: how the note of the ticket calls the list.
    mutating func attachments<Owner>(
        _ value: OldValue?, of owner: Identifier<Owner>, at time: Int64, _ place: String
    ) -> [OldAttachment] {
        guard let value, !value.isMissing else { return [] }
        var found: [OldAttachment] = []
        for (index, item) in (value.items ?? [value]).enumerated() where !item.isMissing {
            var id = DerivedID()
            id.add("file")
            id.add(owner.high)
            id.add(UInt64(owner.low))
            id.add(UInt64(index))
            let place = "\(place)[\(index + 1)]"
            if let file = attachment(item, id.identifier(at: time), place) {
                found.append(file)
            } else {
                leftover("attachments", item, at: place)
            }
        }
        links += found.count
        return found
    }

    /// nil: nothing in it tells a file.
    private mutating func attachment(
        _ item: OldValue, _ id: FileID, _ place: String
    ) -> OldAttachment? {
        guard case .object(let all) = item else {
            return item.text.map {
                OldAttachment(
                    id: id, name: Self.shown($0), places: [Self.shown($0)], size: nil, type: nil)
            }
        }
        let fields = map.files.sort(item)
        let disk = fields[.diskName]?.text
        var places = Self.places.compactMap { item[$0]?.text }.filter { !$0.isEmpty }
        if let disk, !places.contains(where: { $0.hasSuffix(disk) }) { places.append(disk) }
        guard let name = fields[.name]?.text ?? disk ?? places.first else { return nil }
        let attachment = OldAttachment(
            id: id, name: Self.shown(name), places: places.map(Self.shown),
            size: fields[.size]?.text.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil },
            type: fields[.type]?.text.map(Self.shown))
        keepRest(of: all, fields, said: attachment, place)
        return attachment
    }

    /// What the link does not show goes into the note of the ticket.
    private mutating func keepRest(
        of all: [OldField], _ fields: SortedFields<FileField>, said file: OldAttachment,
        _ place: String
    ) {
        let shown = ([file.name] + file.places).map { ExactText($0) }
        for field in fields.rest where !Self.fileBookkeeping.contains(field.name) {
            let text = field.value.text.map { Self.shown($0) }
            if let text, shown.contains(ExactText(text)) { continue }
            leftover(
                ExactText("attachments.\(field.name)"), field.value, at: "\(place).\(field.name)")
        }
        if let size = fields[.size], file.size == nil {
            leftover("attachments.size", size, at: "\(place).size")
        }
        // A second place is not in the link.
        for other in file.places.dropFirst() where !file.places[0].hasSuffix(other) {
            leftover("attachments.path", .string(other), at: "\(place).path")
        }
    }

    /// On one line, as a link is.
    private static func shown(_ text: String) -> String { OneLine.cleaned(text) }

    private static let places: [ExactText] = [
        "url", "path", "href", "link", "location", "src", "uri", "fileUrl", "fileURL",
        "downloadUrl", "secure_url", "filePath", "filepath", "key",
    ]
    /// What upload libraries note for themselves.
    private static let fileBookkeeping: Set<ExactText> = Set(
        places + ["_id", "id", "__v", "fieldname", "encoding", "destination"])
}
