// Blocks signals and waits for them on one thread.

import Glibc

/// SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2: none of them ends the hub by default action.
struct Signals {
    private let set: sigset_t

    /// Must be created before any thread: all threads inherit the mask.
    init() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2] {
            unsafe sigaddset(&set, signal)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
    }

    func wait() -> Int32 {
        var set = set
        var signal: Int32 = 0
        while unsafe sigwait(&set, &signal) != 0 {}
        return signal
    }

    /// Waits for SIGTERM or SIGINT.
    func waitForEnd() -> Int32 {
        while true {
            let signal = wait()
            if signal == SIGTERM || signal == SIGINT { return signal }
        }
    }
}
