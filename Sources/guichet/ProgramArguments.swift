// What stands behind the program's name, also where there is no procfs to read it from.

import CLinux
import Glibc

enum ProgramArguments {
    static var all: [String] {
        let known = CommandLine.arguments
        return Array((known.isEmpty ? ofInitialStack : known).dropFirst())
    }

    /// The file that was started, as the kernel was given it (getauxval(3), AT_EXECFN).
    static var path: String? {
        // SAFETY: the kernel leaves a string there that lives as long as the process.
        let address = UInt(getauxval(UInt(AT_EXECFN)))
        guard let text = unsafe UnsafePointer<CChar>(bitPattern: address) else { return nil }
        return unsafe String(cString: text)
    }

    /// The kernel lays the pointers to the arguments right before those to the environment, a null
    /// between them and their count before them (System V ABI, initial process stack).
    private static var ofInitialStack: [String] {
        guard var slot = unsafe environ else { return [] }
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
