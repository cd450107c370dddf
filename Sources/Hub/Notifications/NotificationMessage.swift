// Messages to the notification thread from other threads.

import Text
import Tickets

enum NotificationMessage: Sendable {
    /// Something may be in the outbox.
    case ring
    /// A person's contact from their newest token.
    case contact(Contact)
    case markRead(ReadNotifications, of: ExactText, ReplyAddress)
    /// A person has read a ticket up to this mark: its notifications become read.
    case read(ReadMark, ReplyAddress?)
    /// Settings were reloaded.
    indirect case reload(OutboxSettings)
    /// Nothing about this person is written until the erasure is done.
    case forget(ExactText)
    case mayComeAgain(ExactText)
    case stop
}
