// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules; see docs/architecture.md for the map.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What runs for every delivered frame. Exclusive access is checked at run time in debug builds,
/// which all tests use; in release builds the checks were 40 % of the instructions of a delivery.
let hot: [SwiftSetting] =
    strict + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let package = Package(
    name: "guichet",
    products: [.executable(name: "guichet", targets: ["guichet"])],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CMongo", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .target(name: "Algorithms", swiftSettings: hot),
        .target(name: "Text", swiftSettings: hot),
        .target(
            name: "Wire", dependencies: ["Algorithms", "Text", "CZlib", "COpenSSL"],
            swiftSettings: hot),
        .target(
            name: "Reactor", dependencies: ["Algorithms", "CLinux", "COpenSSL"],
            swiftSettings: hot),
        .target(name: "Machine", swiftSettings: strict),
        .target(name: "Tickets", dependencies: ["Algorithms", "Text"], swiftSettings: strict),
        .target(
            name: "Adoption", dependencies: ["Algorithms", "Text", "Wire", "Tickets"],
            swiftSettings: strict),
        .target(
            name: "SQLiteStore",
            dependencies: ["Algorithms", "Text", "Machine", "Tickets", "Wire", "CSQLite"],
            swiftSettings: strict),
        .target(
            name: "MongoStore",
            dependencies: ["Text", "Machine", "Reactor", "Tickets", "CMongo"],
            swiftSettings: strict),
        .target(
            name: "APIDescription", resources: [.embedInCode("openapi.json")],
            swiftSettings: strict),
        .target(
            name: "Observability", dependencies: ["Text", "Wire", "Reactor", "Tickets"],
            swiftSettings: hot),
        .target(
            name: "Protocol", dependencies: ["Text", "Wire", "Tickets"], swiftSettings: hot),
        .target(
            name: "Outbox",
            dependencies: ["Text", "Wire", "Reactor", "Tickets", "Observability"],
            swiftSettings: strict),
        .target(
            name: "Hub",
            dependencies: [
                "Algorithms", "Text", "Wire", "Reactor", "Machine", "Tickets", "Observability",
                "Protocol", "Outbox", "APIDescription",
            ],
            swiftSettings: hot),
        .target(
            name: "Notify",
            dependencies: [
                "Outbox", "Observability", "Protocol", "Text", "Wire", "Reactor", "Tickets",
                "CCurl",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "guichet",
            dependencies: [
                "Hub", "Notify", "Observability", "Protocol", "Text", "Wire", "Reactor", "Machine",
                "Tickets", "Adoption", "SQLiteStore", "MongoStore",
            ],
            resources: [
                .embedInCode("Demo/conversations.jsonl"), .embedInCode("Demo/more.jsonl"),
                .embedInCode("Demo/cloture-80.png"), .embedInCode("Demo/till-slip.png"),
                .embedInCode("Demo/voyant-rouge.png"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "loadtest", dependencies: ["Algorithms", "Text", "Wire", "Reactor"],
            path: "loadtests/Sources/loadtest", swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Text", "Tickets", "Wire", "Reactor"],
            path: "Tests/Support", swiftSettings: strict),
        .testTarget(
            name: "AlgorithmsTests", dependencies: ["Algorithms"], swiftSettings: strict),
        .testTarget(name: "TextTests", dependencies: ["Text"], swiftSettings: strict),
        .testTarget(name: "WireTests", dependencies: ["Text", "Wire"], swiftSettings: strict),
        .testTarget(
            name: "ReactorTests",
            dependencies: ["TestSupport", "Reactor", "CLinux", "COpenSSL"],
            swiftSettings: strict),
        .testTarget(name: "MachineTests", dependencies: ["Machine"], swiftSettings: strict),
        .testTarget(
            name: "TicketsTests", dependencies: ["TestSupport", "Text", "Tickets"],
            swiftSettings: strict),
        .testTarget(
            name: "AdoptionTests", dependencies: ["Adoption", "Text", "Tickets", "Wire"],
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "TestSupport", "Text", "Machine", "Tickets", "SQLiteStore", "MongoStore", "Wire",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "NotifyTests",
            dependencies: [
                "Notify", "Outbox", "Observability", "Reactor", "Text", "Wire", "Tickets",
                "SQLiteStore",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ObservabilityTests",
            dependencies: ["Observability", "Reactor", "Text", "Wire"], swiftSettings: strict),
        .testTarget(
            name: "OutboxTests",
            dependencies: [
                "Outbox", "Observability", "Reactor", "Text", "Tickets", "SQLiteStore",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "guichetTests",
            dependencies: [
                "guichet", "Adoption", "Hub", "Observability", "Protocol", "Text", "Tickets",
                "Wire",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ProtocolTests",
            dependencies: ["TestSupport", "Protocol", "Text", "Tickets", "Wire"],
            swiftSettings: strict),
        .testTarget(
            name: "HubTests",
            dependencies: [
                "TestSupport", "Hub", "Protocol", "Outbox", "Text", "Wire", "Reactor", "Tickets",
                "SQLiteStore", "APIDescription",
            ],
            swiftSettings: strict),
    ]
)
