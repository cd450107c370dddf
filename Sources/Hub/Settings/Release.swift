// The version of Guichet.

package enum Release {
    /// Changes when operators or integrators need to know.
    package static let version = "1.1.0"
}
