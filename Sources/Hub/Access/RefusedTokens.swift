// The valid tokens that a worker refuses all the same: revoked ones, and those of people who are
// being erased.

struct RefusedTokens {
    var revoked: RevocationList
    /// Afterwards the tokens of such an id are valid again, for a new person.
    var erasing = RevocationList()

    func covers(_ identity: Identity) -> Bool {
        revoked.covers(identity) || erasing.covers(identity)
    }
}
