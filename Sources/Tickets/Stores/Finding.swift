// One line of `guichet doctor`.

/// A setting or state that matters to operators, and what to change.
package struct Finding: Sendable, Hashable {
    package enum Verdict: String, Sendable {
        case ok
        /// To be looked at by a person: the program cannot tell whether it is wrong.
        case note
        case bad
    }

    package let name: String
    /// As it is.
    package let state: String
    package let verdict: Verdict
    /// nil when the verdict is `ok`.
    package let advice: String?

    /// - Parameter advice: what to change; nil: nothing is wrong.
    package init(_ name: String, _ state: String, advice: String? = nil) {
        self.init(name, state, advice == nil ? .ok : .bad, advice)
    }

    /// - Parameter note: what to look at.
    package init(_ name: String, _ state: String, note: String) {
        self.init(name, state, .note, note)
    }

    private init(_ name: String, _ state: String, _ verdict: Verdict, _ advice: String?) {
        self.name = name
        self.state = state
        self.verdict = verdict
        self.advice = advice
    }
}
