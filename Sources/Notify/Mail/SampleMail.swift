// The made-up ticket and event of `guichet template preview`.

import Text
package import Tickets

package enum SampleMail {
    package static func values(
        _ kind: MailKind, _ language: MailLanguage
    ) -> [TemplateVariable: String] {
        let at = Timestamp(milliseconds: 1_795_000_000_000)
        let client = Person(id: "claire", name: "Claire Martin", role: .client)
        let staff = Person(id: "lina", name: "Lina Roche", role: .technician)
        let isFrench = language == .fr
        let activity = Activity(seq: 2, messageCount: 1, updatedAt: at, lastMessage: nil)
        var snapshot = Ticket(
            id: TicketID(high: 0x6a_fd_12_00_00_00_00_00, low: 1), number: 1042,
            project: "atelier",
            title: isFrench ? "L’imprimante « froisse » le papier" : "The printer eats paper",
            description: isFrench
                ? "Depuis ce matin, une page sur deux.\nLe bac 2 va bien."
                : "Since this morning, every other page.\nTray 2 is fine.",
            category: .incident, status: kind == .resolution ? .resolved : .inProgress,
            priority: .high, client: client, assignedTo: staff, watchers: [], tags: [],
            attachments: [], sla: ServiceLevel(startedAt: at), activity: activity,
            publicActivity: activity, trail: ComposeTrail(), waitingSince: nil, reopenCount: 0,
            createdAt: at, closedAt: nil)
        snapshot.sla.deadlineAt = at.advanced(byMilliseconds: 3_600_000)
        let message = Message(
            id: MessageID(high: 1, low: 1),
            body: isFrench
                ? "Le rouleau est remplacé. Est-ce que < 1 page sur 100 coince encore ?"
                : "The roller has been replaced. Do < 1 in 100 pages still jam?",
            isInternal: false)
        let phase: SLAFact.Phase = kind == .slaBreach ? .breached : .warning
        let isAlarm = kind == .slaBreach || kind == .slaWarning
        let fact = SLAFact(
            clock: .resolution, phase: phase, deadlineAt: snapshot.sla.deadlineAt, percent: 90)
        let event = TicketEvent(
            ticket: snapshot.id, seq: 2, publicPrev: 1, at: at, by: isAlarm ? .hub : staff,
            cause: isAlarm ? .sla : .user, kind: isAlarm ? .sla : .message,
            message: isAlarm ? nil : message, sla: isAlarm ? [fact] : [])
        let recipient = Recipient(
            person: isAlarm ? staff : client, kind: .reply)
        return MailWords.values(
            event, snapshot, to: recipient, clientURL: "https://support.example.com", language)
    }
}
