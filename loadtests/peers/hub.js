// A simple hub for comparison, with Node's `ws` and the official MongoDB driver. It does only the
// work that is compared: tokens, rooms, one unique key and one seq for each message, a majority
// write, then the ack and the broadcast in the order of seq.
// `STORE=mongodb://… node hub.js PORT`
'use strict';

const crypto = require('crypto');
const { WebSocketServer } = require('ws');
const { MongoClient, ObjectId } = require('mongodb');

const secret = process.env.GUICHET_JWT_SECRET || 'a secret for load tests, and for nothing else';
const durable = { writeConcern: { w: 'majority', j: true }, w: 'majority', j: true };
const rooms = new Map();

/** The claims of a valid token, else null. */
function verify(token) {
    const [header, payload, signature] = (token ?? '').split('.');
    const made = crypto.createHmac('sha256', secret).update(`${header}.${payload}`).digest();
    const given = Buffer.from(signature ?? '', 'base64');
    if (given.length !== made.length || !crypto.timingSafeEqual(given, made)) return null;
    const claims = JSON.parse(Buffer.from(payload, 'base64').toString());
    return claims.exp * 1000 > Date.now() ? claims : null;
}

async function main() {
    const client = new MongoClient(process.env.STORE, { useUnifiedTopology: true, poolSize: 50 });
    await client.connect();
    const events = client.db().collection('events');
    const tickets = client.db().collection('tickets');
    await events.createIndex({ ticket: 1, seq: 1 }, { unique: true });
    await events.createIndex({ ticket: 1, author: 1, key: 1 }, { unique: true });

    /** A ticket's room: its members, its newest seq, and the events waiting to be sent in order. */
    async function roomOf(ticket) {
        if (!rooms.has(ticket)) {
            rooms.set(ticket, (async () => {
                const head = await tickets.findOne({ _id: new ObjectId(ticket) });
                const seq = head ? head.seq : 0;
                return { ticket, members: new Set(), seq, told: seq, waiting: new Map() };
            })());
        }
        return rooms.get(ticket);
    }

    function tellInOrder(room) {
        while (room.waiting.has(room.told + 1)) {
            room.told += 1;
            const tell = room.waiting.get(room.told);
            room.waiting.delete(room.told);
            tell();
        }
    }

    async function message(socket, person, frame) {
        const room = await roomOf(frame.ticket);
        room.seq += 1;
        const [seq, at] = [room.seq, new Date()];
        const event = {
            ticket: frame.ticket, seq, at, author: person.id, key: frame.key, body: frame.body,
        };
        await Promise.all([
            events.insertOne(event, durable),
            tickets.updateOne(
                { _id: new ObjectId(frame.ticket) },
                { $set: { seq, updatedAt: at, excerpt: frame.body.slice(0, 120) } }, durable),
        ]);
        room.waiting.set(seq, () => {
            const by = { id: person.id, name: person.name, role: person.role };
            const text = JSON.stringify({
                type: 'event', ticket: frame.ticket, seq, prev: seq - 1, at, by, cause: 'user',
                kind: 'message',
                message: { id: event._id, seq, author: by, body: frame.body, internal: false, at },
            });
            socket.send(JSON.stringify({ type: 'ack', re: frame.id, ticket: frame.ticket, seq, at }));
            for (const member of room.members) member.send(text);
        });
        tellInOrder(room);
    }

    async function join(socket, frame) {
        const room = await roomOf(frame.ticket);
        room.members.add(socket);
        const missed = await events.find({ ticket: frame.ticket, seq: { $gt: frame.after ?? 0 } })
            .sort({ seq: 1 }).limit(500).toArray();
        socket.send(JSON.stringify({
            type: 'joined', re: frame.id, ticket: { id: frame.ticket }, events: missed, seq: room.told,
        }));
    }

    async function create(socket, frame) {
        const head = { seq: 1, createdAt: new Date(), ...frame.set };
        await tickets.insertOne(head, durable);
        const room = await roomOf(String(head._id));
        room.members.add(socket);
        socket.send(JSON.stringify({
            type: 'created', re: frame.id, ticket: { id: String(head._id), seq: 1 },
        }));
    }

    const server = new WebSocketServer({
        host: '127.0.0.1', port: Number(process.argv[2] ?? 0), perMessageDeflate: false,
        handleProtocols: () => 'guichet.v1',
    });
    server.on('connection', (socket, request) => {
        const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/, */);
        const bearer = offered.find((name) => name.startsWith('bearer.'));
        const person = verify(bearer?.slice('bearer.'.length));
        if (!person) return socket.close(4401, 'no valid token');
        socket.send(JSON.stringify({ type: 'hello', protocol: 'guichet.v1', you: person }));
        socket.on('message', (data) => {
            const frame = JSON.parse(data);
            const work = { message: () => message(socket, person, frame),
                join: () => join(socket, frame), create: () => create(socket, frame) }[frame.type];
            work?.().catch((error) => socket.send(JSON.stringify(
                { type: 'error', re: frame.id, code: 'unavailable', message: String(error) })));
        });
        socket.on('close', async () => {
            for (const room of rooms.values()) (await room).members.delete(socket);
        });
    });
    server.on('listening', () => console.log(`listening ${server.address().port}`));
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
