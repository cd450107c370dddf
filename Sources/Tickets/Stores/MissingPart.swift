// Tables and collections that a store lacks, for `guichet check`.

package enum MissingPart {
    /// - Parameter isDerived: a repair fills it.
    package static func described(_ kind: String, _ name: String, isDerived: Bool) -> String {
        isDerived
            ? "the \(kind) \(name) is missing; a repair makes and fills it"
            : "the \(kind) \(name) is missing; a repair makes it empty: what it had is stored nowhere "
                + "else but in a backup"
    }
}
