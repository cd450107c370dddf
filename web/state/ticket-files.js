// All files of a ticket, each once, in order of arrival.

/** @param {{head: object|null, events: object[]}} room @returns {object[]} attachments */
export function ticketFiles({ head, events }) {
    const files = [head?.attachments, ...events.map(({ message }) => message?.attachments)]
        .flatMap((each) => each ?? []);
    return [...new Map(files.map((file) => [file.id, file])).values()];
}
