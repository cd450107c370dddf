// SQLite 3, the embedded store.
#pragma once
#include <sqlite3.h>
