// Wraps one libcurl transfer: takes options, returns a status or an error. Callers see no pointers.

import CCurl
import Glibc

/// The error of a transfer, with libcurl's message; it names hosts, never credentials.
package struct TransferError: Error, CustomStringConvertible {
    package let description: String
    /// The last status of the server; 0: none.
    var status = 0
    /// The login was refused.
    var isLogin = false
}

@safe
final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
    /// Header lines of the answer; libcurl writes to it during the transfer.
    private let head: UnsafeMutablePointer<guichet_curl_head>

    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    init(_ url: String, protocols: String) throws(TransferError) {
        guard Self.isReady, let handle = unsafe curl_easy_init() else {
            throw TransferError(description: "libcurl did not start")
        }
        unsafe self.handle = unsafe handle
        unsafe head = .allocate(capacity: 1)
        unsafe head.initialize(to: guichet_curl_head())
        try set(CURLOPT_URL, url)
        try set(CURLOPT_PROTOCOLS_STR, protocols)
        // libcurl must not use signals in a threaded program.
        try set(CURLOPT_NOSIGNAL, 1)
        try check(unsafe guichet_curl_drop_answer(handle))
        try check(unsafe guichet_curl_keep_head(handle, head))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe lists.forEach { unsafe curl_slist_free_all($0) }
        unsafe head.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(TransferError) {
        try check(unsafe guichet_curl_set_long(handle, option, value))
    }

    /// libcurl copies the value.
    func set(_ option: CURLoption, _ value: String) throws(TransferError) {
        try check(unsafe guichet_curl_set_text(handle, option, value))
    }

    func set(_ option: CURLoption, _ values: [String]) throws(TransferError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { unsafe list = curl_slist_append(list, value) }
        guard let list = unsafe list else {
            throw TransferError(description: "there is no memory for a transfer")
        }
        unsafe lists.append(list)
        try check(unsafe guichet_curl_set_list(handle, option, list))
    }

    /// Sets the body of a POST.
    func post(_ body: [UInt8]) throws(TransferError) {
        let code = unsafe body.withUnsafeBytes { bytes in
            // SAFETY: libcurl copies the bytes before it returns.
            unsafe guichet_curl_set_body(handle, bytes.baseAddress, bytes.count)
        }
        try check(code)
        try perform()
    }

    /// Writes answers to `file`, which stays open as long as this object.
    func keepAnswer(in file: UnsafeMutablePointer<FILE>) throws(TransferError) {
        try check(unsafe guichet_curl_keep_answer(handle, file))
    }

    func get() throws(TransferError) {
        try set(CURLOPT_HTTPGET, 1)
        try perform()
    }

    /// Sets the bytes to upload.
    func upload(_ bytes: [UInt8]) throws(TransferError) {
        var bytes = bytes
        let outcome = unsafe bytes.withUnsafeMutableBytes { buffer -> CURLcode? in
            // SAFETY: the file reads from the buffer until it is closed, before the buffer is
            // released.
            guard let file = unsafe fmemopen(buffer.baseAddress, buffer.count, "r") else {
                return nil
            }
            defer { unsafe fclose(file) }
            let code = unsafe guichet_curl_set_upload(handle, file)
            return code == CURLE_OK ? unsafe curl_easy_perform(handle) : code
        }
        guard let outcome else {
            throw TransferError(description: "there is no memory for a transfer")
        }
        try check(outcome)
    }

    /// Refuses to connect to loopback and other addresses that belong to no public host.
    func onlyPublic() throws(TransferError) {
        try check(unsafe guichet_curl_only_public(handle))
    }

    /// Writes the answer into `file`, at most `bytesMax` of it. Returns false when there is more.
    func download(
        into file: UnsafeMutablePointer<FILE>, bytesMax: Int
    ) throws(TransferError) -> Bool {
        unsafe head.pointee.count = 0
        var body = unsafe guichet_curl_body(file: file, left: bytesMax)
        let (code, left) = unsafe withUnsafeMutablePointer(to: &body) { body in
            // SAFETY: libcurl uses the pointer during this transfer only; the next sets another.
            let code = unsafe guichet_curl_keep_body(handle, body)
            let outcome = code == CURLE_OK ? unsafe curl_easy_perform(handle) : code
            return (outcome, unsafe body.pointee.left)
        }
        if left < 0 { return false }
        try check(code)
        return true
    }

    private func perform() throws(TransferError) {
        try check(unsafe curl_easy_perform(handle))
    }

    /// The newest header lines of the answer, without line ends; for SMTP, the server's replies.
    var headLines: [String] {
        // SAFETY: the count never exceeds the buffer, which this object owns.
        let bytes = unsafe withUnsafeBytes(of: &head.pointee.bytes) { buffer in
            unsafe Array(buffer.prefix(head.pointee.count))
        }
        return bytes.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A })
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last status of the server; 0: none.
    var status: Int { unsafe guichet_curl_status(handle) }

    private func check(_ code: CURLcode) throws(TransferError) {
        guard code != CURLE_OK else { return }
        // SAFETY: the text is a constant of the library.
        let reason = unsafe String(cString: curl_easy_strerror(code))
        let status = status
        throw TransferError(
            description: status == 0 ? reason : "\(reason) (status \(status))", status: status,
            isLogin: code == CURLE_LOGIN_DENIED)
    }
}
