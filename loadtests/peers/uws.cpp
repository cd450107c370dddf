// Bare broadcaster on uWebSockets: rooms by URL; each message goes to the other members. No
// authorisation, parsing or storage. Built from a checkout of its source, with epoll.
//
//     uws PORT [deflate]
//
// GET /room/NAME joins a room; GET /echo echoes.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "App.h"

struct Seat {
    std::string room;
};

int main(int count, char **arguments) {
    int port = count > 1 ? atoi(arguments[1]) : 0;
    bool deflate = count > 2 && strcmp(arguments[2], "deflate") == 0;
    uWS::CompressOptions compression = deflate ? uWS::SHARED_COMPRESSOR : uWS::DISABLED;

    uWS::App app;
    app.ws<Seat>("/room/:name", {
        .compression = compression,
        .maxPayloadLength = 1 << 20,
        .idleTimeout = 0,
        .maxBackpressure = 16 << 20,
        .sendPingsAutomatically = false,
        .upgrade = [](auto *response, auto *request, auto *context) {
            response->template upgrade<Seat>(
                Seat{std::string(request->getParameter(0))},
                request->getHeader("sec-websocket-key"),
                request->getHeader("sec-websocket-protocol"),
                request->getHeader("sec-websocket-extensions"), context);
        },
        .open = [](auto *socket) { socket->subscribe(socket->getUserData()->room); },
        .message = [deflate](auto *socket, std::string_view message, uWS::OpCode opcode) {
            socket->publish(socket->getUserData()->room, message, opcode, deflate);
        },
    });
    app.ws<Seat>("/echo", {
        .compression = compression,
        .maxPayloadLength = 1 << 20,
        .idleTimeout = 0,
        .maxBackpressure = 16 << 20,
        .sendPingsAutomatically = false,
        .message = [deflate](auto *socket, std::string_view message, uWS::OpCode opcode) {
            socket->send(message, opcode, deflate);
        },
    });
    app.listen("127.0.0.1", port, [](auto *listener) {
        if (!listener) {
            fprintf(stderr, "uws: the port is taken\n");
            exit(1);
        }
        printf("listening %d\n", us_socket_local_port(0, (struct us_socket_t *)listener));
        fflush(stdout);
    });
    app.run();
}
