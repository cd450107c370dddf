// The landing page: two entrances. A link with a token is redirected to the right one.

import { setLanguage } from './app.js';
import { below } from './net/base.js';
import { linkToken, readClaims } from './net/token.js';
import { showLanding } from './views/session/landing.js';
import { fillHeader } from './views/parts/shell.js';

const token = linkToken({ location, history });
const me = token ? readClaims(token) : null;

setLanguage(me);
// The page asks before it changes a signed-in person.
if (me) {
    const page = below(me.role === 'client' ? '/client-portal' : '/admin/tickets');
    location.replace(`${page}#token=${token}`);
} else {
    fillHeader(null);
    showLanding();
}
