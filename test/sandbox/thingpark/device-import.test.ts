import { expect, it } from 'vitest';

import { devices } from '../../../src/clients/thingpark/devices.ts';
import { subscription } from './subscription.ts';

it('an import file that is not CSV is refused by its line, without its content', async () => {
  const { call } = subscription();
  const importing = call(devices.import, { body: { csv: 'DELETE,A81758FFFE0A0001\nDELETE,"A81758FFFE0A0002' } });
  await expect(importing).rejects.toThrow('line 2: a quoted cell begins and ends with ", and a " inside it is doubled');
  expect(await call(devices.read, { path: { deviceUid: 'eA81758FFFE0A0001' } })).toMatchObject({ EUI: 'A81758FFFE0A0001' });
});
