import { iotx } from './iotx.ts';
import type { ProviderModule } from './provider-module.ts';
import { thingpark } from './thingpark.ts';
import { thingspace } from './thingspace.ts';

/** All providers, in the order that clients and documents see. */
export const providers: readonly ProviderModule[] = [thingpark, thingspace, iotx];
