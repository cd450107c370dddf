// Entry of /client-portal.

import { boot } from './app.js';
import { PortalPage } from './views/portal/portal-page.js';

boot({
    name: 'app.portal',
    roles: ['client'],
    denied: { text: 'denied.portal', href: '/admin/tickets', link: 'denied.toConsole' },
    start: (app) => new PortalPage(app).start(),
});
