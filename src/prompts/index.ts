import { activateSims } from './activate-sims.ts';
import type { Prompt } from './define.ts';
import { onboardLorawanDevice } from './onboard-lorawan-device.ts';
import { whyIsItSilent } from './why-is-it-silent.ts';

export const prompts: readonly Prompt[] = [onboardLorawanDevice, activateSims, whyIsItSilent];
