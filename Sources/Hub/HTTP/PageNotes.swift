// Adds the sign-in address and the base path to the web client's pages when they are loaded.

struct PageNotes {
    /// The sign-in address, as `SignInPage` notes it; empty: none.
    let signIn: [UInt8]
    let basePath: String

    func written(into page: [UInt8]) -> [UInt8] {
        BasePath.page(SignInPage.adding(signIn, to: page), below: basePath)
    }
}
