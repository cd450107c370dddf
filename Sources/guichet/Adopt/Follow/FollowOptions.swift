// Where followed changes go, and where the place in the change stream is kept.

struct FollowOptions {
    static let names: Set<String> = ["hub", "token-file", "position"]

    /// The address of a running hub and the file of an admin's token; nil: there is none.
    let hub: (url: String, tokenFile: String)?
    let position: String

    init(_ arguments: Arguments, store: String) throws {
        switch (arguments["hub"], arguments["token-file"]) {
        case (nil, nil): hub = nil
        case (let url?, let file?):
            guard arguments["store"] == nil else {
                throw UsageError("give either --hub, for a running hub, or --store")
            }
            hub = (url, file)
        default: throw UsageError("--hub and --token-file belong together")
        }
        let isFile = hub == nil && store.hasPrefix("sqlite:")
        position =
            arguments["position"]
            ?? (isFile ? store.dropFirst("sqlite:".count) + "-follow.json" : "guichet-follow.json")
    }
}
