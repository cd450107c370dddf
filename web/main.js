// The landing page: two doors. A link with a token that lands here is led through the right one.

import { setLanguage } from './app.js';
import { readClaims, takeToken } from './net/token.js';
import { showLanding } from './views/landing.js';
import { fillHeader } from './views/shell.js';

const given = location.hash.includes('token=');
const token = takeToken({ location, history, storage: sessionStorage });
const me = token ? readClaims(token) : null;

setLanguage(me);
if (given && me) location.replace(me.role === 'client' ? '/client-portal' : '/admin/tickets');
else {
    fillHeader(null);
    showLanding();
}
