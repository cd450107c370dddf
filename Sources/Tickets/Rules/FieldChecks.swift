// Limits and forms of the values of fields, and the refusals that name a field.

import Text

extension TicketRules {
    func title(_ given: String) throws(TicketRejection) -> String {
        // Far over the limit in any form; anything shorter is worth cleaning.
        try require(
            limits.bounds(given, limits.titleCharacters),
            tooLarge("title", limits.titleCharacters, "characters"))
        let text = OneLine.cleaned(given)
        try require(!text.isBlank, invalid("title", "A ticket needs a title."))
        try require(
            limits.fits(given, limits.titleCharacters),
            tooLarge("title", limits.titleCharacters, "characters"))
        return text
    }

    func project(_ given: ExactText) throws(TicketRejection) -> ExactText {
        try require(
            limits.bounds(given.string, limits.projectCharacters),
            tooLarge("project", limits.projectCharacters, "characters"))
        let name = OneLine.cleaned(given)
        try require(!name.isBlank, invalid("project", "A ticket belongs to a project."))
        try require(
            limits.fits(given.string, limits.projectCharacters),
            tooLarge("project", limits.projectCharacters, "characters"))
        return name
    }

    func tags(_ list: [ExactText]) throws(TicketRejection) -> [ExactText] {
        try require(list.count <= limits.tags, tooLarge("tags", limits.tags, "tags"))
        var tags: [ExactText] = []
        for given in list {
            try require(
                limits.bounds(given.string, limits.tagCharacters),
                tooLarge("tags", limits.tagCharacters, "characters a tag"))
            let tag = OneLine.cleaned(given)
            guard !tags.contains(tag) else { continue }
            try require(!tag.isBlank, invalid("tags", "A tag needs a name."))
            try require(
                limits.fits(given.string, limits.tagCharacters),
                tooLarge("tags", limits.tagCharacters, "characters a tag"))
            tags.append(tag)
        }
        return tags
    }

    /// Hours.
    func target(_ hours: FieldValue) throws(TicketRejection) -> FieldValue {
        if let hours = hours.number {
            try require(
                hours > 0 && hours <= 87_600,
                invalid("targetHours", "A target is more than 0 and at most 87600 hours."))
        }
        return hours
    }

    func known(_ id: ExactText, _ field: String) throws(TicketRejection) -> Person {
        guard let person = person(id) else { throw unknown(id, field) }
        return person
    }

    func unknown(_ id: ExactText, _ field: String) -> TicketRejection {
        invalid(field, "No person with the id “\(id.excerpt)” is known here.")
    }

    func require(
        _ condition: Bool, _ rejection: @autoclosure () -> TicketRejection
    ) throws(TicketRejection) {
        if !condition { throw rejection() }
    }

    func invalid(_ field: String, _ message: String) -> TicketRejection {
        TicketRejection(.badRequest, message, field: field)
    }

    func tooLarge(_ field: String, _ limit: Int, _ unit: String = "bytes") -> TicketRejection {
        TicketRejection(.tooLarge, "\(field) is over its limit of \(limit) \(unit).", field: field)
    }

    func closed(_ field: String) -> TicketRejection {
        TicketRejection(.ticketClosed, "This ticket is closed.", field: field)
    }
}
