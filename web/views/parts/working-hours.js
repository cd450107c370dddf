// Computes and formats working hours; fetched if the hub has any.

import { enHours } from '../../i18n/en-hours.js';
import { frHours } from '../../i18n/fr-hours.js';
import { addWords } from '../../i18n/index.js';

export { ServiceLevels } from '../../state/service-levels.js';
export { supportHours } from '../portal/support-hours.js';

addWords({ fr: frHours, en: enHours });
