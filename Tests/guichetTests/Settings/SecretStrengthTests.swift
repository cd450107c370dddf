import Testing

@testable import guichet

struct SecretStrengthTests {
    private func weakness(_ text: String, bytesMin: Int = 32) -> String? {
        SecretStrength.weakness(of: Array(text.utf8), bytesMin: bytesMin)
    }

    @Test(arguments: [
        "", "short", String(repeating: "a", count: 32), String(repeating: "a", count: 100),
        String(repeating: "ab", count: 20), String(repeating: "secret", count: 8),
        String(repeating: "0000000", count: 7) + "1", "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb",
        String(repeating: "é", count: 20), String(repeating: "guichet", count: 6) + "gui",
    ])
    func `what is short or repeats itself is weak`(secret: String) {
        #expect(weakness(secret) != nil)
    }

    @Test(arguments: [
        "an end-to-end secret of well over thirty-two bytes",
        "q83vEjRWeJq83u8SNFZ4mrze7xI0Vniavvc8Q2xZJ1Y=",
        "8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab91",
    ])
    func `what looks random is not`(secret: String) {
        #expect(weakness(secret) == nil)
    }

    @Test func `a shorter one will do where the caller says so`() {
        #expect(weakness("s", bytesMin: 8) != nil)
        #expect(weakness("a plain secret", bytesMin: 8) == nil)
    }
}
