// The lower bound: a minimal broadcaster in one thread. epoll, one read per readable connection
// and turn, one writev per connection and turn, of frames that all receivers share.
// No authorisation, JSON, storage or limits: for measurements only.
//
//     floor PORT
//
// GET /room/NAME joins a room: each message goes to the other members. GET /echo echoes.
// Messages are whole frames of at most 65,535 bytes.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ROOMS_MAX = 32768, BATCH = 1024, READ_BYTES = 65536, IOV_BATCH = 64 };

// An outbound frame, shared by all its receivers.
typedef struct {
    int references;
    int length;
    unsigned char bytes[];
} Frame;

typedef struct Peer {
    int socket;
    int is_open;  // the handshake is done
    int is_blocked;
    int is_listed;  // in `dirty`
    struct Room *room;
    int place;
    Frame **queue;
    int queue_head, queue_count, queue_room;
    int sent;  // bytes of the first queued frame already written
    unsigned char *partial;  // the beginning of a frame or of a request
    int partial_length;
} Peer;

typedef struct Room {
    char name[64];
    Peer **members;
    int count, room;
} Room;

static Room *rooms[ROOMS_MAX];
static Peer **dirty;
static int dirty_count, dirty_room;
static int poller;
static unsigned char input[READ_BYTES * 2];

static void *grown(void *storage, int *room, int needed, size_t element) {
    if (needed <= *room) return storage;
    *room = needed < 8 ? 8 : needed * 2;
    storage = realloc(storage, *room * element);
    if (!storage) abort();
    return storage;
}

static Room *room_named(const char *name, int length) {
    unsigned hash = 2166136261u;
    for (int i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    for (unsigned i = 0; i < ROOMS_MAX; i++) {
        Room **slot = &rooms[(hash + i) % ROOMS_MAX];
        if (!*slot) {
            *slot = calloc(1, sizeof(Room));
            memcpy((*slot)->name, name, length);
            return *slot;
        }
        if ((int)strlen((*slot)->name) == length && !memcmp((*slot)->name, name, length))
            return *slot;
    }
    abort();
}

static void release(Frame *frame) {
    if (--frame->references == 0) free(frame);
}

static void queue(Peer *peer, Frame *frame) {
    frame->references++;
    peer->queue = grown(peer->queue, &peer->queue_room, peer->queue_head + peer->queue_count + 1,
                        sizeof(Frame *));
    peer->queue[peer->queue_head + peer->queue_count++] = frame;
    if (!peer->is_listed) {
        peer->is_listed = 1;
        dirty = grown(dirty, &dirty_room, dirty_count + 1, sizeof(Peer *));
        dirty[dirty_count++] = peer;
    }
}

static void watch(Peer *peer, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (peer->is_blocked ? EPOLLOUT : 0),
                                .data.ptr = peer};
    epoll_ctl(poller, operation, peer->socket, &event);
}

static void leave(Peer *peer) {
    if (peer->socket < 0) return;
    close(peer->socket);
    peer->socket = -1;
    Room *room = peer->room;
    if (room) {
        Peer *last = room->members[--room->count];
        room->members[peer->place] = last;
        last->place = peer->place;
        peer->room = NULL;
    }
    while (peer->queue_count) {
        release(peer->queue[peer->queue_head++]);
        peer->queue_count--;
    }
    free(peer->queue);
    free(peer->partial);
    peer->queue = NULL;
    peer->partial = NULL;
    // Not freed: an event or the dirty list may still point to it. Few peers leave in a run.
}

static void flush(Peer *peer) {
    peer->is_listed = 0;
    while (peer->socket >= 0 && peer->queue_count && !peer->is_blocked) {
        struct iovec parts[IOV_BATCH];
        int count = 0;
        ssize_t total = 0;
        for (; count < peer->queue_count && count < IOV_BATCH; count++) {
            Frame *frame = peer->queue[peer->queue_head + count];
            int skip = count ? 0 : peer->sent;
            parts[count].iov_base = frame->bytes + skip;
            parts[count].iov_len = frame->length - skip;
            total += frame->length - skip;
        }
        ssize_t sent = count == 1
            ? send(peer->socket, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
            : writev(peer->socket, parts, count);
        if (sent < 0 && errno != EAGAIN) return leave(peer);
        if (sent < total) {
            peer->is_blocked = 1;
            watch(peer, EPOLL_CTL_MOD);
        }
        if (sent < 0) sent = 0;
        sent += peer->sent;
        while (peer->queue_count && sent >= peer->queue[peer->queue_head]->length) {
            sent -= peer->queue[peer->queue_head]->length;
            release(peer->queue[peer->queue_head++]);
            peer->queue_count--;
        }
        peer->sent = (int)sent;
        if (!peer->queue_count) peer->queue_head = 0;
    }
}

static Frame *framed(const unsigned char *payload, int length) {
    Frame *frame = malloc(sizeof(Frame) + length + 4);
    int header = length < 126 ? 2 : 4;
    frame->references = 1;
    frame->length = header + length;
    frame->bytes[0] = 0x81;
    frame->bytes[1] = length < 126 ? length : 126;
    if (header == 4) {
        frame->bytes[2] = length >> 8;
        frame->bytes[3] = length;
    }
    memcpy(frame->bytes + header, payload, length);
    return frame;
}

static int upgrade(Peer *peer, char *text, int length) {
    char *end = memmem(text, length, "\r\n\r\n", 4);
    if (!end) return 0;
    *end = 0;
    char *key = strcasestr(text, "sec-websocket-key:");
    if (!key || strncmp(text, "GET /", 5)) return -1;
    key += strlen("sec-websocket-key:");
    while (*key == ' ') key++;
    char both[128];
    unsigned char digest[SHA_DIGEST_LENGTH], accept[64];
    snprintf(both, sizeof both, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    SHA1((unsigned char *)both, strlen(both), digest);
    EVP_EncodeBlock(accept, digest, sizeof digest);
    char answer[256];
    int count = snprintf(answer, sizeof answer,
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    if (send(peer->socket, answer, count, MSG_NOSIGNAL) != count) return -1;
    peer->is_open = 1;
    if (!strncmp(text, "GET /room/", 10)) {
        int name = (int)strcspn(text + 10, " ?");
        Room *room = room_named(text + 10, name > 60 ? 60 : name);
        room->members = grown(room->members, &room->room, room->count + 1, sizeof(Peer *));
        peer->room = room;
        peer->place = room->count;
        room->members[room->count++] = peer;
    }
    return (int)(end - text) + 4;
}

static void say(Peer *peer, const unsigned char *payload, int length) {
    Frame *frame = framed(payload, length);
    if (!peer->room) queue(peer, frame);
    for (int i = 0; peer->room && i < peer->room->count; i++)
        if (peer->room->members[i] != peer) queue(peer->room->members[i], frame);
    release(frame);
}

// Consumes whole frames from the front; returns their bytes, or -1 at the end.
static int take_frames(Peer *peer, unsigned char *bytes, int length) {
    int taken = 0;
    while (length - taken >= 6) {
        unsigned char *at = bytes + taken;
        int size = at[1] & 0x7F, header = 2;
        if (size == 127) return -1;
        if (size == 126) {
            size = at[2] << 8 | at[3];
            header = 4;
        }
        if (length - taken < header + 4 + size) break;
        unsigned char *mask = at + header, *payload = at + header + 4;
        if ((at[0] & 0x0F) == 8) return -1;
        for (int i = 0; i < size; i++) payload[i] ^= mask[i & 3];
        if ((at[0] & 0x0F) == 1) say(peer, payload, size);
        taken += header + 4 + size;
    }
    return taken;
}

static void receive(Peer *peer) {
    memcpy(input, peer->partial, peer->partial_length);
    ssize_t count = recv(peer->socket, input + peer->partial_length, READ_BYTES, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return leave(peer);
    int length = peer->partial_length + (int)count, taken = 0;
    input[length] = 0;
    if (!peer->is_open) taken = upgrade(peer, (char *)input, length);
    if (taken >= 0 && peer->is_open) {
        int frames = take_frames(peer, input + taken, length - taken);
        taken = frames < 0 ? -1 : taken + frames;
    }
    if (taken < 0 || length - taken > READ_BYTES) return leave(peer);
    peer->partial_length = length - taken;
    free(peer->partial);
    peer->partial = NULL;
    if (peer->partial_length) {
        peer->partial = malloc(peer->partial_length);
        memcpy(peer->partial, input + taken, peer->partial_length);
    }
}

static void accept_all(int listener) {
    int socket;
    while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        Peer *peer = calloc(1, sizeof(Peer));
        peer->socket = socket;
        watch(peer, EPOLL_CTL_ADD);
    }
}

int main(int count, char **arguments) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)) {
        perror("floor: listen");
        return 1;
    }
    getsockname(listener, (struct sockaddr *)&address, &size);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[BATCH];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    printf("listening %d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(poller, events, BATCH, -1);
        for (int i = 0; i < ready; i++) {
            Peer *peer = events[i].data.ptr;
            if (!peer) {
                accept_all(listener);
                continue;
            }
            if (peer->socket < 0) continue;
            if (events[i].events & EPOLLOUT) {
                peer->is_blocked = 0;
                watch(peer, EPOLL_CTL_MOD);
                flush(peer);
            }
            if (events[i].events & ~EPOLLOUT) receive(peer);
        }
        for (int i = 0; i < dirty_count; i++) flush(dirty[i]);
        dirty_count = 0;
    }
}
