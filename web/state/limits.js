// What the hub accepts, as its greeting says it (docs/protocol.md 7.3).

/** Until the greeting, and over REST, which has none: the defaults of a hub, without uploads. */
const DEFAULTS = { bodyBytes: 16_384, titleCharacters: 200, attachments: 10, uploadBytes: 0 };

/** @param {{hello?: {limits?: object}|null}} connection */
export const limitsOf = ({ hello }) => ({ ...DEFAULTS, ...hello?.limits });
