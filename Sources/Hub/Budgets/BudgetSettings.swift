// What an operator can set about how much one person may do, over all their connections.

package struct BudgetSettings: Sendable {
    /// Tickets that a client may open in an hour; 0: no limit.
    package var clientCreationsPerHour = 60
    /// The same for technicians and admins.
    package var staffCreationsPerHour = 600
    /// Commands a second over REST and sockets together; 0: no limit.
    package var requestsPerSecond = 20
    /// Lists, queues and exports with `q` a second; 0: no limit.
    package var searchesPerSecond = 5
    /// Open WebSockets; 0: no limit.
    package var sockets = 64
    /// Event streams and long polls that wait; 0: no limit.
    package var streams = 32

    package init() {}

    /// How many seconds' worth of commands may come at once.
    static let requestBurstSeconds = 5
    static let searchBurstSeconds = 4
}
