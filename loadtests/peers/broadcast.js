// Bare broadcaster on Node's `ws`: rooms by URL; each message goes to the other members.
// `node broadcast.js PORT [deflate]`; GET /room/NAME joins a room, GET /echo echoes.
'use strict';

const { WebSocketServer } = require('ws');

const rooms = new Map();
const server = new WebSocketServer({
    host: '127.0.0.1',
    port: Number(process.argv[2] ?? 0),
    perMessageDeflate: process.argv[3] === 'deflate'
        ? { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 0 }
        : false,
});

server.on('connection', (socket, request) => {
    if (request.url === '/echo') {
        socket.on('message', (data) => socket.send(data, { binary: false }));
        return;
    }
    if (!rooms.has(request.url)) rooms.set(request.url, new Set());
    const room = rooms.get(request.url);
    room.add(socket);
    socket.on('message', (data) => {
        for (const member of room) if (member !== socket) member.send(data, { binary: false });
    });
    socket.on('close', () => room.delete(socket));
});
server.on('listening', () => console.log(`listening ${server.address().port}`));
