// What stands behind the program's name, also where there is no procfs to read it from.

import Glibc

enum ProgramArguments {
    static var all: [String] {
        let known = CommandLine.arguments
        return Array((known.isEmpty ? ofInitialStack : known).dropFirst())
    }

    /// The file that was started, as whoever started it called it.
    static var path: String? { CommandLine.arguments.first ?? ofInitialStack.first }

    /// The kernel lays the pointers to the arguments right before those to the environment, a null
    /// between them and their count before them (System V ABI, initial process stack).
    private static var ofInitialStack: [String] {
        guard var slot = unsafe Optional(environ) else { return [] }
        var arguments: [String] = []
        unsafe slot -= 2
        // SAFETY: reads down from the environment, which nobody has changed yet, to the count, which
        // is no address of a string.
        while let text = unsafe slot.pointee, UInt(bitPattern: text) != UInt(arguments.count) {
            unsafe arguments.append(String(cString: text))
            unsafe slot -= 1
        }
        return arguments.reversed()
    }
}
