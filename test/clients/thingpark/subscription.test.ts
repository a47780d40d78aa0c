import { subscription } from '../../../src/clients/thingpark/subscription.ts';
import { mine, ossRead, pins } from './support.ts';

pins(subscription, [[subscription.read, {}, { line: `GET ${mine}`, headers: ossRead }]]);
