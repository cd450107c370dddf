// Addresses in messages: which may be links, and which imitate another address.

const SCHEMES = ['https://', 'http://', 'mailto:'];

/** Invisible marks and marks that change the direction: no address contains them. */
const HIDDEN = '\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E' +
    '\\u2060-\\u206F\\u2800\\u3164\\uFEFF\\uFFA0\\u{E0000}-\\u{E0FFF}';
/** Punctuation of scripts without spaces: an address ends there. */
const WIDE = '\\u3001-\\u3004\\u3008-\\u3020\\u30FB\\uFE10-\\uFE19\\uFE30-\\uFE6B\\uFF01-\\uFF0F' +
    '\\uFF1A-\\uFF20\\uFF3B-\\uFF3D\\uFF3F\\uFF40\\uFF5B-\\uFF65';

const ADDRESS = new RegExp(`[^\\s<>"'\`${HIDDEN}${WIDE}]+`, 'uy');
const AFTER_ADDRESS = '.,;:!?)]}*_~«»‹›‘’“”‟‼⁇⁈⁉‽՝⟩—‥…،؛؟۔।׃։።។။';
const PAIRS = { ')': '(', ']': '[', '}': '{' };

/** Characters that a link's target never contains; also tests single surrogates, of which one begins tags. */
export const NOT_IN_TARGET = new RegExp(`[\\s<>"'\`[\\]${HIDDEN}\\uDB40]`, 'u');

/** @returns {string|undefined} the scheme that begins at this position, in any case */
export const schemeAt = (line, at) => SCHEMES.find((scheme) =>
    line.slice(at, at + scheme.length).toLowerCase() === scheme);

/** @returns {{found: string, text: string}} the longest candidate, and the address within it */
export function addressAt(line, at) {
    ADDRESS.lastIndex = at;
    const [found] = ADDRESS.exec(line);
    // Counted once, not for each closing bracket.
    const open = Object.fromEntries(Object.entries(PAIRS).map(([close, mark]) =>
        [close, countOf(found, mark) - countOf(found, close)]));
    let { length } = found;
    while (AFTER_ADDRESS.includes(found[length - 1])) {
        const last = found[length - 1];
        // A bracket that was opened within the address is closed there.
        if (last in PAIRS && open[last] >= 0) break;
        if (last in PAIRS) open[last] += 1;
        length -= 1;
    }
    return { found, text: found.slice(0, length) };
}

const countOf = (text, mark) => text.split(mark).length - 1;

/** @returns {string|null} a safe target: web pages and mailboxes, without user names and headers */
export function safeAddress(text) {
    const scheme = schemeAt(text, 0);
    if (!scheme) return null;
    if (scheme === 'mailto:') return mailbox(text);
    const url = URL.canParse(text) ? new URL(text) : null;
    // "https://bank.example@other.example" leads to other.example.
    return url && !url.username && !url.password ? text : null;
}

/** Only mailboxes, without copies, subjects and other headers. */
function mailbox(text) {
    const [to] = text.split(/[?#]/);
    return to.includes('@') && !/%(?:[01][0-9a-f]|7f)/i.test(to) ? to : null;
}

/** Matches a text that contains a domain name or a numeric address. */
const LOOKS_LIKE_ONE =
    /\/\/|@|(?<![\p{L}\p{N}._-])(?:(?:[\p{L}\p{N}-]+\.)+(?:\p{L}{2,}|xn--[\w-]+)|\d{1,3}(?:\.\d{1,3}){3})(?![\p{L}\p{N}])/u;
const UNSEEN = new RegExp(`[${HIDDEN}]`, 'gu');

/** True when the text of a link names another address than its target. */
export function isPretending(text, href) {
    // Browsers treat each of these as a dot.
    const said = text.normalize('NFKC').replace(UNSEEN, '').replace(/[\u3002\uFF61]/g, '.').trim();
    if (!LOOKS_LIKE_ONE.test(said)) return false;
    const [mine, theirs] = [parts(said), parts(href)];
    return !mine || mine.host !== theirs.host || (mine.path !== '' && mine.path !== theirs.path);
}

/** Ignores scheme and `www.`; a host without a path stands for all its pages. */
function parts(text) {
    const rest = text.replace(/^(?:https?:\/\/|mailto:)/i, '').toLowerCase();
    if (!text.includes('//') && rest.includes('@')) return { host: rest.trim(), path: '' };
    if (!URL.canParse(`https://${rest}`) || /\s/.test(rest)) return null;
    const { host, pathname, search, hash } = new URL(`https://${rest}`);
    return { host: host.replace(/^www\./, ''), path: `${pathname}${search}${hash}`.replace(/\/$/, '') };
}
