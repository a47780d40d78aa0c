import type { details as contracts } from '../../clients/thingspace/details.ts';
import { asObject, asText, type Handlers } from '../handler.ts';
import { readBody } from './body.ts';
import { readCustomFields, setCustomFields } from './device-filters.ts';
import { selectDevices } from './device-selection.ts';
import { apiError } from './errors.ts';
import { acceptForDevices } from './requests.ts';

export const details: Handlers<typeof contracts> = {
  customFields({ world, body }) {
    const sent = readBody(body);
    const fields = readCustomFields(sent['customFieldsToUpdate']);
    if (fields.length === 0) throw apiError('DeserializationFailed', 'The element customFieldsToUpdate is missing.');
    return acceptForDevices(world, 'customFields', selectDevices(world, sent), (device) => {
      setCustomFields(device, fields);
      return undefined;
    });
  },

  costCenter({ world, body }) {
    const sent = readBody(body);
    const text = asText(sent['costCenter']);
    const remove = sent['removeCostCenter'] === true;
    // The error code for an invalid cost center is not documented.
    if (!remove && !/^[A-Za-z0-9 !#-]{1,36}$/.test(text ?? ''))
      throw apiError('INPUT_INVALID.CostCenter.Invalid', 'The cost center is not valid.');
    return acceptForDevices(world, 'costCenter', selectDevices(world, sent), (device) => {
      if (remove || text === undefined) delete device.costCenter;
      else device.costCenter = text;
      return undefined;
    });
  },

  contactInfo({ world, body }) {
    const sent = readBody(body);
    const place = asObject(sent['primaryPlaceOfUse']);
    if (Object.keys(place).length === 0) throw apiError('DeserializationFailed', 'The element primaryPlaceOfUse is missing.');
    return acceptForDevices(world, 'contactInfo', selectDevices(world, sent), (device) => {
      device.placeOfUse = { customerName: asObject(place['customerName']), address: asObject(place['address']) };
      device.zip = asText(device.placeOfUse.address['zip']) ?? '';
      return undefined;
    });
  },
};
