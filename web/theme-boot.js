// A classic script in the head: sets the saved theme before the first paint.
(() => {
    let theme = null;
    try {
        theme = localStorage.getItem('guichet.theme');
    } catch {
        // Storage may be forbidden; then the system's theme applies.
    }
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
})();
