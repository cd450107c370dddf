// Fetches the picker on its first use.

/** @param {object} options see `picker.js` @returns {Promise<any>} */
export async function pick(options) {
    return (await import('./picker.js')).pick(options);
}
