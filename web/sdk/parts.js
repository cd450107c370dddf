// The parts of the SDK that the hub's own pages use: all except `Hub` and its rooms. A separate
// module, because the first load of a page has a size limit.

export { Connection } from './connection.js';
export { Outbox } from './outbox.js';
export { Pacer, ServerClock } from './timing.js';
export * from './wire.js';
