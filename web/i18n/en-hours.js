// English: working hours, where the hub has calendars.

export const enHours = {
    'hours.open': 'Open until {at}',
    'hours.always': 'Open at all hours',
    'hours.closed': 'Closed, opens {at}',
    'hours.never': 'Closed',
    'hours.today': 'Today: {list}',
    'hours.offToday': 'Closed today',
    'sla.hours.left': { one: '{d} working time left', other: '{d} working time left' },
    'sla.hours.stopped': { one: 'paused, {d} working time left', other: 'paused, {d} working time left' },
    'sla.hours.rests': 'outside hours',
    'sla.hours.resumes': 'resumes {at}',
    'sla.hours.calendar': 'Hours: {name} ({zone})',
    'thread.promiseRests': 'First response expected {at} (closed, opens {resume})',
};
