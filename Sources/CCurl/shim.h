// libcurl. Its options are set by a function of varying arguments, which Swift cannot call: hence one
// function here for each type of argument.
#pragma once
#include <curl/curl.h>
#include <stdio.h>

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

static inline long guichet_curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
