import type { details as contracts } from '../../clients/thingspace/details.ts';
import { type Behaviours, members, textOf } from '../behaviour.ts';
import { readBody } from './body.ts';
import { chosen } from './chosen.ts';
import { readCustomFields, setFields } from './matching.ts';
import { accept } from './requests.ts';
import { wrong } from './wrong.ts';

export const details: Behaviours<typeof contracts> = {
  customFields({ world, body }) {
    const sent = readBody(body);
    const fields = readCustomFields(sent['customFieldsToUpdate']);
    if (fields.length === 0) throw wrong('DeserializationFailed', 'The element customFieldsToUpdate is missing.');
    return accept(world, 'customFields', chosen(world, sent), (device) => {
      setFields(device, fields);
      return undefined;
    });
  },

  costCenter({ world, body }) {
    const sent = readBody(body);
    const text = textOf(sent['costCenter']);
    const remove = sent['removeCostCenter'] === true;
    // The error code for an invalid cost center is not documented.
    if (!remove && !/^[A-Za-z0-9 !#-]{1,36}$/.test(text ?? ''))
      throw wrong('INPUT_INVALID.CostCenter.Invalid', 'The cost center is not valid.');
    return accept(world, 'costCenter', chosen(world, sent), (device) => {
      if (remove || text === undefined) delete device.costCenter;
      else device.costCenter = text;
      return undefined;
    });
  },

  contactInfo({ world, body }) {
    const sent = readBody(body);
    const place = members(sent['primaryPlaceOfUse']);
    if (Object.keys(place).length === 0) throw wrong('DeserializationFailed', 'The element primaryPlaceOfUse is missing.');
    return accept(world, 'contactInfo', chosen(world, sent), (device) => {
      device.place = { customerName: members(place['customerName']), address: members(place['address']) };
      device.zip = textOf(device.place.address['zip']) ?? '';
      return undefined;
    });
  },
};
