// The shared worker: one socket for all tabs of a person.

import { Multiplexer } from './multiplexer.js';

const multiplexer = new Multiplexer({
    openSocket: (url, protocols) => new WebSocket(url, protocols),
});

self.onconnect = ({ ports: [port] }) => {
    const tab = multiplexer.attach((message) => port.postMessage(message));
    port.onmessage = ({ data }) => {
        tab.receive(data);
        // A crashed tab sends no message, but its lock is released.
        if (data.kind === 'here') self.navigator.locks?.request(data.lock, () => tab.detach());
    };
};
