// Entry of /admin/tickets.

import { boot } from './app.js';
import { addConsoleWords } from './i18n/console.js';
import { ConsolePage } from './views/console/console-page.js';

addConsoleWords();
boot({
    name: 'app.console',
    roles: ['technician', 'admin'],
    denied: { text: 'denied.console', href: '/client-portal', link: 'denied.toPortal' },
    start: (app) => new ConsolePage(app).start(),
});
