// The value of the Date header field.

import Wire

/// `Sun, 06 Nov 1994 08:49:37 GMT`, made once a second.
struct DateLine {
    private var seconds = 0
    private var text = ""

    mutating func text(at now: Int) -> String {
        if seconds != now {
            seconds = now
            text = HTTPDate.format(unixSeconds: now)
        }
        return text
    }
}
