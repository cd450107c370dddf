// A dialog that is a step of the history: on a phone, the Back button closes it instead of leaving
// the page.

/**
 * @param {HTMLDialogElement} dialog open
 * @returns {Promise<void>} resolves once the dialog is closed and its step is gone
 */
export function makeBackStep(dialog) {
    history.pushState({ ...history.state, step: 'dialog' }, '');
    return new Promise((resolve) => {
        const gone = (event) => {
            removeEventListener('popstate', gone, { capture: true });
            // The page is where it was: nothing to follow.
            event.stopImmediatePropagation();
            dialog.close();
            resolve();
        };
        addEventListener('popstate', gone, { capture: true });
        dialog.addEventListener('close', () => history.state?.step === 'dialog' && history.back());
    });
}
