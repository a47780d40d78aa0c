import { expect, expectTypeOf, it } from 'vitest';

import { defined } from '../../src/text/defined.ts';

it('drops the undefined members of an object and keeps null, false, 0 and the empty text', () => {
  const shown = defined({ a: undefined, b: null, c: false, d: 0, e: '', f: [undefined] });
  expect(Object.entries(shown)).toEqual([
    ['b', null],
    ['c', false],
    ['d', 0],
    ['e', ''],
    ['f', [undefined]],
  ]);
});

it('makes the members that may be undefined optional and leaves the others required', () => {
  const name: string | undefined = ['x'].find((one) => one === 'y');
  expectTypeOf(defined({ id: 1, name })).branded.toEqualTypeOf<{ id: number; name?: string }>();
});
