// Which Guichet this is.

package enum Release {
    /// Changes with what operators and integrators notification.
    package static let version = "1.1.0"
}
