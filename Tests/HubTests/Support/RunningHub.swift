// A whole hub on a free loopback port, with SQLite in a folder of its own.

import Observability
import SQLiteStore
import Text
import Tickets

@testable import Hub

final class RunningHub {
    let folder: TemporaryFolder
    let hub: Hub
    private var hasDrained = false

    init(
        in folder: TemporaryFolder? = nil, assets: StaticAssets = StaticAssets(directory: nil),
        _ change: (inout HubSettings) -> Void = { _ in }
    ) throws {
        var settings = HubSettings()
        settings.port = 0
        settings.workers = 1
        settings.readers = 1
        settings.presenceGraceMs = 50
        // Peers of a test that has ended do not answer the goodbye.
        settings.drainSeconds = 1
        // Few people play many.
        settings.budgets = .unlimited
        change(&settings)
        self.folder = try folder ?? TemporaryFolder()
        hub = try Hub(
            settings: settings, opener: SQLiteStoreOpener(path: "\(self.folder.path)/hub.db"),
            authenticator: try Tokens.authenticator(settings), assets: assets,
            log: Log(format: .text))
    }

    deinit { drain() }

    var port: UInt16 { hub.port }

    func drain() {
        guard !hasDrained else { return }
        hasDrained = true
        hub.drain()
    }

    func http() throws -> HTTPPeer { try HTTPPeer(port: port) }

    func webSocket(_ person: Person, projects: [ExactText]? = nil) throws -> WebSocketPeer {
        try WebSocketPeer(port: port, as: person, projects: projects)
    }
}

extension BudgetSettings {
    static var unlimited: BudgetSettings {
        var budgets = BudgetSettings()
        budgets.clientCreationsPerHour = 0
        budgets.staffCreationsPerHour = 0
        budgets.requestsPerSecond = 0
        budgets.searchesPerSecond = 0
        budgets.sockets = 0
        budgets.streams = 0
        return budgets
    }
}
