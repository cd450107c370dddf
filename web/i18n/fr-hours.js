// French: working hours, where the hub has calendars.

export const frHours = {
    'hours.open': 'Ouvert jusqu’à {at}',
    'hours.always': 'Ouvert 24 h sur 24',
    'hours.closed': 'Fermé, ouvre {at}',
    'hours.never': 'Fermé',
    'hours.today': 'Aujourd’hui : {list}',
    'hours.offToday': 'Fermé aujourd’hui',
    'sla.hours.left': { one: 'reste {d} ouvrée', other: 'reste {d} ouvrées' },
    'sla.hours.stopped': { one: 'en pause, reste {d} ouvrée', other: 'en pause, reste {d} ouvrées' },
    'sla.hours.rests': 'hors horaires',
    'sla.hours.resumes': 'reprise {at}',
    'sla.hours.calendar': 'Horaires : {name} ({zone})',
    'thread.promiseRests': 'Première réponse attendue {at} (fermé, ouvre {resume})',
};
