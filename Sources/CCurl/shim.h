// libcurl. Its options are set by a function of varying arguments, which Swift cannot call: hence one
// function here for each type of argument.
#pragma once
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

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
