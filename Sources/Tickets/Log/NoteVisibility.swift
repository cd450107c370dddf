// Who may see an internal note: staff, and no client.

extension Message {
    package func isVisible(to audience: Audience) -> Bool { audience == .staff || !isInternal }
}

extension TicketEvent {
    /// The message, if the audience may see it.
    package func message(for audience: Audience) -> Message? {
        message.flatMap { $0.isVisible(to: audience) ? $0 : nil }
    }

    /// Asked for every event, so it copies no message.
    package var hasPublicMessage: Bool { message?.isVisible(to: .client) ?? false }
}
