import { describe, expect, it } from 'vitest';

import { isPersonalCategory, isPersonalName, withoutPersonalData } from '../../src/text/personal-data.ts';

describe('isPersonalName', () => {
  it.each([
    'firstName',
    'LastName',
    'middle_name',
    'customerName',
    'recipientName',
    'CustomerFirstName',
    'PrimaryPlaceOfUseStreet',
    'placeOfUse',
    'addressLine1',
    'addressLine2',
    'address',
    'deliveryAddress',
    'street',
    'city',
    'zip',
    'zip4',
    'zipCode',
    'mdnZipCode',
    'postalCode',
    'phone',
    'contactPhone',
    'telephoneNumber',
    'email',
    'emailAddress',
    'contactEmail',
    'primaryUser',
    'latitude',
    'Longitude',
    'lastActivationBy',
    'trackingNumber',
  ])('%s is personal', (name) => expect(isPersonalName(name)).toBe(true));
  it.each([
    'name',
    'nickname',
    'groupName',
    'accountName',
    'servicePlan',
    'state',
    'mdn',
    'msisdn',
    'iccid',
    'dataNumber',
    'ipAddress',
    'nwAddress',
    'networkAddress',
    'addresses',
    'capacity',
    'velocity',
    'geoLatitude',
    'adminLat',
    'customer_id',
    'customerAdminData',
    'standby',
    'zipped',
    'operatorName',
  ])('%s is not personal', (name) => expect(isPersonalName(name)).toBe(false));
});

it('a category of diagnostic data about the place of use, a contact or a customer is personal', () => {
  for (const name of ['Place of Use', 'PlaceOfUse', 'Contact Info', 'Customer', 'Location']) expect(isPersonalCategory(name)).toBe(true);
  for (const name of ['Device', 'Connectivity', 'Usage', 'Plan']) expect(isPersonalCategory(name)).toBe(false);
});

it('withoutPersonalData hides each personal value, keeps the structure and counts', () => {
  const row = {
    iccid: '89148000000077000037',
    mdn: '5095550137',
    state: 'active',
    ipAddress: '10.20.0.1',
    nwAddress: '04ABCDEF',
    customerName: { firstName: 'Avery', title: null, lastName: 'Example' },
    address: { addressLine1: '12 Example Way', state: 'WA', zip: 98801 },
    extendedAttributes: [
      { key: 'PrimaryPlaceOfUseCity', value: 'Spokane' },
      { key: 'Connected', value: 'true' },
    ],
    categories: [{ categoryName: 'Location', extendedAttributes: [{ key: 'Sector', value: '12' }] }],
    note: 'jane@example.com',
    users: [{ id: 'jane@example.com', ref: '601', email: 'jane@example.com' }],
    occContext: { who: 'jane@example.com' },
  };
  expect(withoutPersonalData(row)).toEqual({
    value: {
      ...row,
      customerName: { firstName: '[personal data]', title: null, lastName: '[personal data]' },
      address: { addressLine1: '[personal data]', state: '[personal data]', zip: '[personal data]' },
      extendedAttributes: [
        { key: 'PrimaryPlaceOfUseCity', value: '[personal data]' },
        { key: 'Connected', value: 'true' },
      ],
      categories: [{ categoryName: 'Location', extendedAttributes: [{ key: 'Sector', value: '[personal data]' }] }],
      note: '[personal data]',
      users: [{ id: 'jane@example.com', ref: '601', email: '[personal data]' }],
    },
    leftOut: 9,
  });
});
