// What the hub's own pages take of the SDK: all but `Hub` and its rooms, which they do not need. The
// first load of a page is bounded, so these come as a module of their own.

export { Connection } from './connection.js';
export { Outbox } from './outbox.js';
export { Pacer, ServerClock } from './timing.js';
export * from './wire.js';
