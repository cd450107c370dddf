import Testing

@testable import Reactor

struct ProcessMemoryTests {
    @Test func `a process has memory, and less than it may have`() throws {
        let resident = try #require(ProcessMemory.residentBytes)
        let limit = try #require(ProcessMemory.limitBytes)
        #expect(resident > 1 << 20)
        #expect(resident < limit)
    }
}
