// All files of a ticket, each once, in order of arrival.

/** @param {{snapshot: object|null, events: object[]}} room @returns {object[]} attachments */
export function ticketFiles({ snapshot, events }) {
    const files = [snapshot?.attachments, ...events.map(({ message }) => message?.attachments)]
        .flatMap((each) => each ?? []);
    return [...new Map(files.map((file) => [file.id, file])).values()];
}
