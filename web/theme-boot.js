// A classic script in the head: the saved theme is on the page before its first paint.
(() => {
    let theme = null;
    try {
        theme = localStorage.getItem('guichet.theme');
    } catch {
        // Storage may be forbidden; the system's theme it is.
    }
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
})();
