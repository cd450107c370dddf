// Keys of an input method are ignored, in every field and list.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isComposing, onKey } from '../views/parts/keys.js';
import { modulesIn } from './module-list.js';

const web = new URL('../', import.meta.url);

test('no key of a composition reaches a handler, however the browser tells of it', () => {
    const heard = [];
    const target = new EventTarget();
    onKey(target, ({ key }) => heard.push(key));
    const press = (fields) => target.dispatchEvent(Object.assign(new Event('keydown'), fields));
    for (const key of ['Enter', 'Escape', 'ArrowDown', 'ArrowLeft', 'Process', 'a']) {
        press({ key, isComposing: true });
        press({ key, isComposing: false, keyCode: 229 });  // Safari, as it ends
    }
    assert.deepEqual(heard, []);
    press({ key: 'Enter', isComposing: false, keyCode: 13 });
    assert.deepEqual(heard, ['Enter']);
    assert.equal(isComposing({ isComposing: false, keyCode: 0 }), false);
});

test('every key handler is bound where compositions are recognised', () => {
    for (const path of modulesIn('', 'net', 'sdk', 'state', 'views')) {
        if (path.endsWith('/keys.js')) continue;
        const text = readFileSync(new URL(`.${path}`, web), 'utf8');
        assert.doesNotMatch(text, /addEventListener\('key|onkey(?:down|up|press)|\bkey(?:down|up|press):/, path);
        if (/'keydown'/.test(text) && !path.endsWith('/alerts.js')) assert.match(text, /isComposing\(/, path);
    }
});
