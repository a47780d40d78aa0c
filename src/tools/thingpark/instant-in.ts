import { instant } from '../../clock.ts';

/** A time of ThingPark (ms since 1970) as an instant in whole seconds; undefined where there is none. */
export const instantIn = (ms: number | null | undefined): string | undefined =>
  typeof ms === 'number' ? instant(ms - (ms % 1000)) : undefined;
