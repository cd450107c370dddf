// System, light, dark. `theme-boot.js` has already set the saved theme.

const STORED = 'guichet.theme';
const THEMES = ['system', 'light', 'dark'];

export const currentTheme = () => document.documentElement.dataset.theme ?? 'system';

function setTheme(theme) {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
        if (theme === 'system') localStorage.removeItem(STORED);
        else localStorage.setItem(STORED, theme);
    } catch {
        // Without storage the choice lasts until the page closes.
    }
    document.dispatchEvent(new CustomEvent('themechange'));
}

export const nextTheme = () =>
    setTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length]);

/** The key `d`: switches the visible theme to its opposite. */
export function toggleTheme() {
    const isDark =
        currentTheme() === 'dark' ||
        (currentTheme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    setTheme(isDark ? 'light' : 'dark');
}
