// Valid tokens that a worker refuses: revoked tokens, and tokens of people whose erasure is in
// progress.

struct RefusedTokens {
    var revoked: RevocationList
    /// Afterwards the tokens of such an id are valid again, for a new person.
    var erasing = RevocationList()

    func covers(_ identity: Identity) -> Bool {
        revoked.covers(identity) || erasing.covers(identity)
    }
}
