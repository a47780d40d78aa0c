import { test } from 'vitest';
import { expectRouted } from './route-calls.ts';

test('64 callers with equal ids, 100,000 calls in both protocols: every response reaches its caller', () => expectRouted(100_000), 900_000);
