// The settings: quick replies and saved views can be changed here; service levels, hours and
// webhooks come from the server's configuration and are only shown, as are the people that it knows.

import { addSettingsWords } from '../../i18n/settings.js';
import { h } from '../parts/dom.js';
import { PeopleSettings } from './settings-people.js';
import { ReplySettings } from './settings-replies.js';
import { SlaSettings, WebhookSettings } from './settings-rules.js';
import { ViewSettings } from './settings-views.js';
import { tabList } from '../parts/tabs.js';

addSettingsWords();

export class SettingsPage {
    /** @param {import('../console/console-page.js').ConsolePage} page */
    constructor(page) {
        const { app } = page;
        this.parts = {
            replies: new ReplySettings(page),
            views: new ViewSettings(page),
            sla: new SlaSettings(app),
            people: new PeopleSettings(app),
            ...(app.me.role === 'admin' ? { webhooks: new WebhookSettings(app) } : {}),
        };
        this.tabs = tabList({
            label: 'nav.settings',
            tabs: Object.keys(this.parts).map((name) => ({ name, label: `settings.${name}` })),
            onChoose: (tab) => page.go({ panel: 'settings', tab }),
        });
        this.panels = Object.entries(this.parts).map(([name, { element }]) => h('div', {
            class: 'settings-panel', role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}`,
            tabindex: '-1', hidden: true, testid: `settings-${name}`,
        }, element));
        this.element = h('div', { class: 'settings' },
            h('h1', { class: 'picker-title', t: 'nav.settings' }), this.tabs.element, ...this.panels);
    }

    /** @param {string|null} tab */
    load(tab) {
        const name = tab in this.parts ? tab : 'replies';
        this.tabs.update(name);
        for (const panel of this.panels) panel.hidden = panel.id !== `panel-${name}`;
        this.parts[name].load();
    }
}
