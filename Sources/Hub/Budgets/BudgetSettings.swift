// Settings of the budgets per person, over all of their connections.

package struct BudgetSettings: Sendable {
    /// Tickets that a client may create per hour; 0: no limit.
    package var clientCreationsPerHour = 60
    /// The same for technicians and admins.
    package var staffCreationsPerHour = 600
    /// Commands per second over REST and sockets together; 0: no limit.
    package var requestsPerSecond = 20
    /// Lists, queues and exports with `q` per second; 0: no limit.
    package var searchesPerSecond = 5
    /// Open WebSockets; 0: no limit.
    package var sockets = 64
    /// Event streams and waiting long polls; 0: no limit.
    package var streams = 32

    package init() {}

    /// Seconds' worth of commands that may come at once.
    static let requestBurstSeconds = 5
    static let searchBurstSeconds = 4
}
