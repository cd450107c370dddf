// A pause for deliberately slow peers. No test waits for an outcome by this.

import Glibc

func pause(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }
