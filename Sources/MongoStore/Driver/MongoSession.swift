// The session of a client's event writes. The server numbers retryable writes within a session, and
// refuses a number below one that it has seen. So once a later write of the session is confirmed, an
// earlier one whose answer was lost has run or never will, whatever still holds it up: a stopped
// server, a full queue, a socket. A standalone server numbers nothing.

internal import CMongo
import Text
internal import Tickets

@safe final class MongoSession {
    private let session: OpaquePointer

    /// Ended by its client, before the client itself.
    init(_ client: OpaquePointer) throws(MongoFailure) {
        let options = unsafe mongoc_session_opts_new()
        defer { unsafe mongoc_session_opts_destroy(options) }
        // Reads outside the session must not depend on it, nor wait for it.
        unsafe mongoc_session_opts_set_causal_consistency(options, false)
        var error = bson_error_t()
        guard let session = unsafe mongoc_client_start_session(client, options, &error) else {
            throw MongoFailure(error)
        }
        unsafe self.session = unsafe session
    }

    deinit { unsafe mongoc_client_session_destroy(session) }

    func join(_ options: NativeBSON) throws(MongoFailure) {
        var error = bson_error_t()
        guard unsafe mongoc_client_session_append(session, options.pointer, &error) else {
            throw MongoFailure(error)
        }
    }
}

extension MongoClient {
    /// Options of a write in the client's session.
    func sessionOptions(_ options: [Tree.Field] = []) throws(MongoFailure) -> NativeBSON {
        guard let options = NativeBSON(BSONDocument(options)) else {
            throw MongoFailure(unencodable: "the options")
        }
        if session == nil { session = try unsafe MongoSession(client) }
        try session?.join(options)
        return options
    }
}
