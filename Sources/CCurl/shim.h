// libcurl. Its options are set by a function of varying arguments, which Swift cannot call: hence one
// function here for each type of argument.
#pragma once
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static inline CURLcode guichet_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode guichet_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode guichet_curl_set_list(CURL *handle, CURLoption option,
                                             struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

// A copy is made of the `count` bytes.
static inline CURLcode guichet_curl_set_body(CURL *handle, const void *bytes, long count) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, count);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

// What is uploaded is read from `file`, which must stay open until the transfer is over.
static inline CURLcode guichet_curl_set_upload(CURL *handle, FILE *file) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_READDATA, file);
}

// Answers are read and dropped. Who answers without end has the time limit against them.
static inline size_t guichet_curl_drop(char *bytes, size_t size, size_t count, void *unused) {
    (void)bytes;
    (void)unused;
    return size * count;
}

static inline CURLcode guichet_curl_drop_answer(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, guichet_curl_drop);
}

// Answers are written to `file`, which must stay open until the transfer is over.
static inline size_t guichet_curl_write(char *bytes, size_t size, size_t count, void *file) {
    return fwrite(bytes, size, count, (FILE *)file) * size;
}

static inline CURLcode guichet_curl_keep_answer(CURL *handle, FILE *file) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, guichet_curl_write);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_WRITEDATA, file);
}

// The lines of an answer's head: HTTP's status and fields, each reply of an SMTP server. The newest
// bytes stay when they are more than fit.
struct guichet_curl_head {
    size_t count;
    char bytes[4096];
};

static inline size_t guichet_curl_keep(char *bytes, size_t size, size_t count, void *kept) {
    struct guichet_curl_head *head = (struct guichet_curl_head *)kept;
    size_t added = size * count;
    const size_t room = sizeof head->bytes;
    const char *from = bytes;
    size_t left = added;
    if (left > room) {
        from += left - room;
        left = room;
    }
    if (head->count + left > room) {
        size_t dropped = head->count + left - room;
        memmove(head->bytes, head->bytes + dropped, head->count - dropped);
        head->count -= dropped;
    }
    memcpy(head->bytes + head->count, from, left);
    head->count += left;
    return added;
}

// `head` must stay where it is until the transfer is over.
static inline CURLcode guichet_curl_keep_head(CURL *handle, struct guichet_curl_head *head) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, guichet_curl_keep);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_HEADERDATA, head);
}

static inline long guichet_curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

// A file that takes an answer, and how many bytes it may still take.
struct guichet_curl_body {
    FILE *file;
    long left;
};

static inline size_t guichet_curl_take(char *bytes, size_t size, size_t count, void *into) {
    struct guichet_curl_body *body = (struct guichet_curl_body *)into;
    size_t added = size * count;
    if (body->left < 0 || added > (size_t)body->left) {
        body->left = -1;
        return 0;
    }
    body->left -= (long)added;
    return fwrite(bytes, 1, added, body->file);
}

// `body` must stay where it is until the transfer is over.
static inline CURLcode guichet_curl_keep_body(CURL *handle, struct guichet_curl_body *body) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, guichet_curl_take);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(handle, CURLOPT_WRITEDATA, body);
}

// Whether an IPv4 address, most significant byte first, belongs to no public host (RFC 6890).
static inline int guichet_is_private_four(const unsigned char *ip) {
    return ip[0] == 0 || ip[0] == 10 || ip[0] == 127 || ip[0] >= 224
        || (ip[0] == 100 && (ip[1] & 0xC0) == 64) || (ip[0] == 169 && ip[1] == 254)
        || (ip[0] == 172 && (ip[1] & 0xF0) == 16) || (ip[0] == 192 && ip[1] == 168)
        || (ip[0] == 192 && ip[1] == 0 && ip[2] == 0) || (ip[0] == 198 && (ip[1] & 0xFE) == 18);
}

static inline int guichet_is_private(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return guichet_is_private_four(
            (const unsigned char *)&((const struct sockaddr_in *)address)->sin_addr);
    if (address->sa_family != AF_INET6) return 1;
    const unsigned char *ip = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
    static const unsigned char zero[12], mapped[12] = {[10] = 0xFF, [11] = 0xFF},
                                        translated[12] = {0, 0x64, 0xFF, 0x9B};
    // An IPv4 address in another dress.
    if (!memcmp(ip, zero, 12) || !memcmp(ip, mapped, 12) || !memcmp(ip, translated, 12))
        return guichet_is_private_four(ip + 12);
    return (ip[0] & 0xFE) == 0xFC || (ip[0] == 0xFE && (ip[1] & 0xC0) == 0x80) || ip[0] == 0xFF;
}

// 1: an address of the host is private; 0: none is; -1: the host has no address.
static inline int guichet_is_private_host(const char *host) {
    struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, 0, &hints, &found)) return -1;
    int answer = 0;
    for (struct addrinfo *one = found; one; one = one->ai_next)
        if (guichet_is_private(one->ai_addr)) answer = 1;
    freeaddrinfo(found);
    return answer;
}

// The address that is really connected to decides, whatever the name said before.
static inline curl_socket_t guichet_curl_open_public(void *unused, curlsocktype purpose,
                                                     struct curl_sockaddr *address) {
    (void)unused;
    (void)purpose;
    if (guichet_is_private(&address->addr)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLcode guichet_curl_only_public(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, guichet_curl_open_public);
}
