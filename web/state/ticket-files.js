// Every file of a ticket, once, in the order in which they came.

/** @param {{head: object|null, events: object[]}} room @returns {object[]} attachments */
export function ticketFiles({ head, events }) {
    const files = [head?.attachments, ...events.map(({ message }) => message?.attachments)]
        .flatMap((each) => each ?? []);
    return [...new Map(files.map((file) => [file.id, file])).values()];
}
