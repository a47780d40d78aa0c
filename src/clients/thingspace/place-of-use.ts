/** Where a line is mainly used: a physical address, no PO box; it decides the taxes. */
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

export const PlaceOfUse = () => z.strictObject({ customerName: CustomerName(), address: Address() });
