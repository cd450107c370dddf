// Store interface for quick replies and saved views.

package import Text

/// The writer's side; confined to the journal's thread like `TicketStore`.
package protocol CatalogStore: AnyObject {
    /// Entries that are shared or belong to this owner, oldest first.
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry]
    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry?
    /// Inserts the entry or replaces the one with its id; durable when it returns.
    func put(_ entry: CatalogEntry) throws(StoreError)
    /// Durable when it returns, even if there was none.
    func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError)
}

package protocol CatalogReader: AnyObject {
    /// Entries that are shared or belong to this owner, oldest first.
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry]
    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry?
}
