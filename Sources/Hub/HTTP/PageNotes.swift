// What the hub writes into the web client's pages when it reads them.

struct PageNotes {
    /// Where people sign in, as `SignInPage` notes it; empty: nowhere.
    let signIn: [UInt8]
    let basePath: String

    func written(into page: [UInt8]) -> [UInt8] {
        BasePath.page(SignInPage.adding(signIn, to: page), below: basePath)
    }
}
