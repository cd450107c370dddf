// Operator settings for the outbox.

package struct OutboxSettings: Sendable {
    package var plan = OutboxPlan()
    /// Whether entries for e-mails are made.
    package var sendsMail = false
    /// Follow-ups of a ticket within this many seconds notify mere watchers once, until they have
    /// read the notification.
    package var burstSeconds = 600
    /// E-mails per hour to one address; 0: no limit.
    package var mailsPerHour = 60
    /// Duration of the lease on an entry.
    package var leaseSeconds = 30
    package var retries = RetrySchedule()

    package init() {}
}
