// The icons, drawn for 20 × 20: strokes in the current colour, hidden from screen readers.

const SVG = 'http://www.w3.org/2000/svg';

const SHAPES = {
    cloudOff: 'M6.2 7.2A4.4 4.4 0 0 1 14.4 9a3.2 3.2 0 0 1 1.6 5.8M13 15.5H6a3.6 3.6 0 0 1-.8-7.1M3.5 3.5l13 13',
    trash: 'M4 5.5h12M8 5.5V3.8h4v1.7M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
    pin: 'M7.5 3h5l-.6 5.2L14.5 11v1.5h-9V11l2.6-2.8zM10 12.5V17',
    bookmark: 'M5.5 3h9v14L10 13.4 5.5 17z',
    people: 'M7.5 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.5 16c.5-2.7 2.5-4 5-4s4.5 1.3 5 4M13 4.3a2.6 2.6 0 0 1 0 5M14.6 12.4c1.6.5 2.6 1.7 2.9 3.6',
    split: 'M10 17v-6M10 11L5 6M10 11l5-5M5 9.5V6h3.5M11.5 6H15v3.5',
    inbox: 'M3 11l2.2-6.3A1.5 1.5 0 0 1 6.6 3.7h6.8a1.5 1.5 0 0 1 1.4 1L17 11v4a1.3 1.3 0 0 1-1.3 1.3H4.3A1.3 1.3 0 0 1 3 15zM3 11h4l1 2h4l1-2h4',
    person: 'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.8 16.6c.7-2.9 3.2-4.4 6.2-4.4s5.5 1.5 6.2 4.4',
    hourglass: 'M5.5 3h9M5.5 17h9M6.5 3v2.6L10 10l3.5-4.4V3M6.5 17v-2.6L10 10l3.5 4.4V17',
    stack: 'M10 3l7 3.6-7 3.6-7-3.6zM3.4 10.2L10 13.6l6.6-3.4M3.4 13.4L10 16.8l6.6-3.4',
    check: 'M4 10.6l3.8 3.9L16 6',
    checkCircle: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6.8 10.2l2.2 2.3 4.2-4.6',
    lock: 'M5 9.2h10v7H5zM7 9.2V6.6a3 3 0 0 1 6 0v2.6',
    reply: 'M8.5 5L3.5 9.5l5 4.5M3.8 9.5h7.4c3 0 5.2 2 5.3 5.5',
    send: 'M3.2 9.9L16.8 3.6 13 16.6l-3.2-5zM9.8 11.6l7-8',
    clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.3l2.8 1.7',
    flame: 'M10 2.8c.6 2.8 4.6 4.7 4.6 9a4.6 4.6 0 0 1-9.2 0c0-2 .9-3.2 1.9-4.2.2 1.4.8 2 1.4 2.3C8.5 7.5 8.8 4.8 10 2.8z',
    warning: 'M10 3.4l7.2 12.8H2.8zM10 8.3v3.6M10 14v.2',
    pause: 'M7 4.5v11M13 4.5v11',
    search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4',
    back: 'M12.5 4.5L7 10l5.5 5.5',
    close: 'M5 5l10 10M15 5L5 15',
    plus: 'M10 4v12M4 10h12',
    down: 'M5 7.5l5 5 5-5',
    panel: 'M3 4h14v12H3zM12.2 4v12',
    sun: 'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 2v1.7M10 16.3V18M2 10h1.7M16.3 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2',
    moon: 'M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z',
    half: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 3v14M12.5 3.5v13M15 5.1v9.8',
    signOut: 'M8 3.5H4.5v13H8M8.5 10H17M13.7 6.5L17 10l-3.3 3.5',
    link: 'M8.4 11.6l3.2-3.2M9 6.2l1.6-1.6a3.4 3.4 0 0 1 4.8 4.8L13.8 11M11 13.8l-1.6 1.6a3.4 3.4 0 0 1-4.8-4.8L6.2 9',
    clip: 'M13.8 7.5l-5 5a1.7 1.7 0 0 0 2.4 2.4l5-5a3.4 3.4 0 0 0-4.8-4.8l-5.2 5.2a5 5 0 0 0 7 7l3.4-3.3',
    bolt: 'M11 2.8L4.5 11.5H9.5L8.8 17.2 15.5 8.5H10.5z',
    help: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.9 8a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.6M10 13.9v.1',
    wrench: 'M16.6 5.8a4 4 0 0 1-5.3 5L6 16.1a1.5 1.5 0 0 1-2.1-2.1l5.3-5.3a4 4 0 0 1 5-5.3L11.8 5.8l.4 2 2 .4z',
    pen: 'M4 16l.8-3.4L13.5 4l2.5 2.5-8.6 8.7z',
    rows: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
    filter: 'M3 4.5h14l-5.4 6.4v4.6l-3.2-1.6v-3z',
    tag: 'M3.5 3.5h6.3l6.7 6.7-6.3 6.3-6.7-6.7zM7 7v.1',
    download: 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12',
    eye: 'M2.5 10s2.8-5 7.5-5 7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z',
    more: 'M4.5 10h.1M10 10h.1M15.5 10h.1',
    copy: 'M7 7h9v9H7zM4 13V4h9',
    bell: 'M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 17.2h3',
    at: 'M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.4a2 2 0 0 0 4 0V10a7 7 0 1 0-2.8 5.6',
    sliders: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
    chart: 'M3.5 3.5v13h13M7 13v-3M10.5 13V6.5M14 13V9',
    image: 'M3 4h14v12H3zM3 14l4-4 3 3 3.5-4 3.5 4M7.4 8v.1',
    urgent: 'M5 10.2l5-5 5 5M5 15.2l5-5 5 5',
    high: 'M5 12.5l5-5 5 5',
    normal: 'M5.5 10h9',
    low: 'M5 7.5l5 5 5-5',
};

/** @param {keyof typeof SHAPES} name */
export function icon(name, className = 'icon') {
    const svg = document.createElementNS(SVG, 'svg');
    const path = document.createElementNS(SVG, 'path');
    for (
        const [key, value] of Object.entries({
            viewBox: '0 0 20 20',
            'aria-hidden': 'true',
            class: className,
        })
    ) {
        svg.setAttribute(key, value);
    }
    path.setAttribute('d', SHAPES[name] ?? '');
    svg.append(path);
    return svg;
}

/** Changes the shape of an icon in place. */
export const reshape = (svg, name) => svg.firstElementChild.setAttribute('d', SHAPES[name] ?? '');
