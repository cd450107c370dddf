// The fold: applies events in order to make a snapshot. Applying an event cannot fail.

extension Ticket {
    /// The snapshot after `event`. The caller ensures that `event.seq` follows.
    package func applying(_ event: TicketEvent) -> Ticket {
        var snapshot = self
        for change in event.changes {
            snapshot.apply(change, at: event.at)
            if change.field == .watchers { snapshot.selfWatching = event.selfWatching }
        }
        if let sla = event.slaAfter { snapshot.sla = sla }
        let newest = event.message.map { message in
            LastMessage(
                seq: event.seq, at: event.at, authorRole: event.by.role,
                excerpt: Excerpt.of(message.body), isRedacted: message.redacted != nil)
        }
        if let redaction = event.redaction, let mark = event.mark {
            snapshot.apply(redaction, mark)
        }
        snapshot.activity.note(event, newest)
        if event.isPublic {
            snapshot.publicActivity.note(event, event.hasPublicMessage ? newest : nil)
        }
        if event.hasPublicMessage {
            snapshot.trail.notePublicMessage(by: event.by.id, seq: event.seq)
            if !event.isByTeam {
                snapshot.waitingSince = snapshot.waitingSince ?? event.at
            } else {
                snapshot.waitingSince = nil
            }
        }
        return snapshot
    }

    /// The snapshot of a whole log; nil unless the log begins with `created` and has no gap.
    package static func fold(_ events: some Sequence<TicketEvent>) -> Ticket? {
        var snapshot: Ticket?
        for event in events {
            if let before = snapshot {
                guard event.seq == before.seq + 1 else { return nil }
                snapshot = before.applying(event)
            } else {
                guard event.seq == 1, let created = event.created else { return nil }
                snapshot = created
            }
        }
        return snapshot
    }

    /// Applies one field; `TicketRules` uses it to try changes out.
    mutating func apply(_ change: FieldChange, at now: Timestamp) {
        change.field.set(change.to, in: &self)
        guard let (before, after) = change.status else { return }
        closedAt = after == .closed ? now : nil
        if !before.isActive && after.isActive { reopenCount += 1 }
        // The seq of the event that carries this change: the next one.
        trail.statusSeq = seq + 1
    }
}

extension Activity {
    fileprivate mutating func note(_ event: TicketEvent, _ message: LastMessage?) {
        seq = event.seq
        updatedAt = event.at
        guard let message else { return }
        messageCount += 1
        lastMessage = message
    }
}

package enum Excerpt {
    private static let charactersMax = 120

    /// Bytes are limited too: a character may have unlimited marks, and the excerpt is in every row
    /// of a list.
    private static let bytesMax = 32 * charactersMax

    /// The first 120 characters on one line; fewer if they need more than 3,840 bytes.
    package static func of(_ body: String) -> String {
        if let excerpt = ofPlain(body.utf8.span) { return excerpt }
        var excerpt = ""
        var count = 0
        var gap = false
        for character in body {
            if character.isWhitespace {
                gap = !excerpt.isEmpty
                continue
            }
            if count + (gap ? 1 : 0) >= charactersMax
                || excerpt.utf8.count + character.utf8.count >= bytesMax
            {
                return excerpt + "…"
            }
            if gap {
                excerpt.append(" ")
                count += 1
                gap = false
            }
            excerpt.append(character)
            count += 1
        }
        return excerpt
    }

    /// The same for scalars that are characters of their own: ASCII, Latin letters and a few signs
    /// of European texts. nil at the first other, as it may be a mark of the character before.
    /// Finding character ends was half the cost of deciding a message.
    private static func ofPlain(_ body: Span<UInt8>) -> String? {
        var excerpt: [UInt8] = []
        excerpt.reserveCapacity(min(body.count, 3 * (charactersMax + 1)))
        var (count, gap, index) = (0, false, 0)
        while index < body.count {
            guard let length = plainLength(body, at: index) else { return nil }
            defer { index += length }
            let byte = body[index]
            let isSpace =
                byte == 0x20 || (0x09...0x0D).contains(byte)
                || byte == 0xC2 && body[index + 1] == 0xA0
            if isSpace {
                gap = !excerpt.isEmpty
                continue
            }
            if count + (gap ? 1 : 0) >= charactersMax {
                return String(decoding: excerpt, as: UTF8.self) + "…"
            }
            if gap {
                excerpt.append(0x20)
                count += 1
                gap = false
            }
            for offset in 0..<length { excerpt.append(body[index + offset]) }
            count += 1
        }
        return String(decoding: excerpt, as: UTF8.self)
    }

    /// The bytes of the scalar at `index`, of those that never join another; nil: of others.
    private static func plainLength(_ body: Span<UInt8>, at index: Int) -> Int? {
        switch body[index] {
        case 0..<0x80: return 1
        // U+00C0 to U+02FF: letters.
        case 0xC3...0xCB: return index + 1 < body.count ? 2 : nil
        // The no-break space, quotation marks and the degree sign.
        case 0xC2:
            guard index + 1 < body.count else { return nil }
            return [0xA0, 0xAB, 0xB0, 0xBB].contains(body[index + 1]) ? 2 : nil
        // U+2010 to U+2027: dashes, quotation marks, the ellipsis.
        case 0xE2:
            guard index + 2 < body.count, body[index + 1] == 0x80 else { return nil }
            return (0x90...0xA7).contains(body[index + 2]) ? 3 : nil
        default: return nil
        }
    }
}
