// Which Guichet this is.

package enum Release {
    /// Changes with what operators and integrators notice.
    package static let version = "1.1.0"
}
