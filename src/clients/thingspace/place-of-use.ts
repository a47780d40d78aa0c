/** Primary place of use: a physical address, not a PO box. It determines the taxes. */
import { z } from 'zod';

import { Plain } from './plain.ts';

const CustomerName = () =>
  z.strictObject({
    title: Plain().optional(),
    firstName: Plain(),
    middleName: Plain().optional(),
    lastName: Plain(),
    suffix: Plain().optional(),
  });

const Address = () =>
  z.strictObject({
    addressLine1: Plain(),
    addressLine2: Plain().optional(),
    city: Plain(),
    state: Plain(),
    zip: Plain(),
    zip4: Plain().optional(),
    /** US or USA. */
    country: Plain(),
    phone: Plain().optional(),
    phoneType: Plain().optional(),
    emailAddress: Plain().optional(),
  });

/** Customer name and address of the primary place of use. */
export const PlaceOfUse = () => z.strictObject({ customerName: CustomerName(), address: Address() });
