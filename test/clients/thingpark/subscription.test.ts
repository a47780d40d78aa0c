import { subscription } from '../../../src/clients/thingpark/subscription.ts';
import { mine, ossRead, testPinnedRequests } from './support.ts';

testPinnedRequests(subscription, [[subscription.read, {}, { request: `GET ${mine}`, headers: ossRead }]]);
