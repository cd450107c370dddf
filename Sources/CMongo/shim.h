// libmongoc and libbson, the official MongoDB C driver.
#pragma once
#include <mongoc/mongoc.h>
#include <string.h>

// Here, since Swift does not import libbson's iterators: they are aligned to more than 16 bytes.
// Copies the id of the election that made the answering server primary.
static inline bool guichet_election_of(const bson_t *reply, uint8_t id[12]) {
    bson_iter_t field;
    if (!bson_iter_init_find(&field, reply, "electionId") || !BSON_ITER_HOLDS_OID(&field)) {
        return false;
    }
    memcpy(id, bson_iter_oid(&field)->bytes, 12);
    return true;
}
