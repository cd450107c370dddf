// libmongoc and libbson, the official MongoDB C driver.
#pragma once
#include <mongoc/mongoc.h>
