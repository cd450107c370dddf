// What the system tells about processes and folders, by this process and its children.

import Foundation
import Machine
import Testing

@Suite struct ProcessFactsTests {
    @Test func `this process runs, as itself and not as a later one of its number`() {
        let own = ProcessFacts.own
        #expect(own.isRunning)
        #expect(own.startTicks > 0)
        #expect(ProcessFacts.running(own.pid) == own)
        #expect(!ProcessFacts(pid: own.pid, startTicks: own.startTicks + 1).isRunning)
    }

    @Test func `a process that has ended does not run`() throws {
        let child = Process()
        child.executableURL = URL(filePath: "/bin/true")
        try child.run()
        let pid = Int(child.processIdentifier)
        child.waitUntilExit()
        #expect(ProcessFacts.running(pid) == nil)
        #expect(!ProcessFacts(pid: pid, startTicks: 1).isRunning)
    }

    @Test func `another program has no command of Guichet`() {
        #expect(ProcessFacts.own.command == nil)
    }

    @Test func `two looks at the process table agree`() {
        #expect(ProcessTable.own == ProcessTable.own)
        #expect(!ProcessTable.hostName.isEmpty)
    }
}
