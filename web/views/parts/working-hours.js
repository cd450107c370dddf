// What working hours need to be computed and to be put into words; fetched where there are any.

import { enHours } from '../../i18n/en-hours.js';
import { frHours } from '../../i18n/fr-hours.js';
import { addWords } from '../../i18n/index.js';

export { ServiceLevels } from '../../state/service-levels.js';
export { supportHours } from '../portal/support-hours.js';

addWords({ fr: frHours, en: enHours });
