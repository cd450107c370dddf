// Store interface for canned replies and saved views.

package import Text

/// The writer's side; confined to the journal's thread like `TicketStore`.
package protocol CatalogStore: AnyObject {
    /// Those that are shared or of this owner, oldest first.
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry]
    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry?
    /// Makes it or replaces the one of its id; durable when it returns.
    func put(_ entry: CatalogEntry) throws(StoreError)
    /// Durable when it returns, also when there was none.
    func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError)
}

package protocol CatalogReader: AnyObject {
    /// Those that are shared or of this owner, oldest first.
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry]
    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry?
}
