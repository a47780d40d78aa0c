/** Primary place of use: a physical address, not a PO box. It determines the taxes. */
import { z } from 'zod';

import { SafeText } from './safe-text.ts';

const CustomerName = () =>
  z.strictObject({
    title: SafeText().optional(),
    firstName: SafeText(),
    middleName: SafeText().optional(),
    lastName: SafeText(),
    suffix: SafeText().optional(),
  });

const Address = () =>
  z.strictObject({
    addressLine1: SafeText(),
    addressLine2: SafeText().optional(),
    city: SafeText(),
    state: SafeText(),
    zip: SafeText(),
    zip4: SafeText().optional(),
    /** US or USA. */
    country: SafeText(),
    phone: SafeText().optional(),
    phoneType: SafeText().optional(),
    emailAddress: SafeText().optional(),
  });

/** Customer name and address of the primary place of use. */
export const PlaceOfUse = () => z.strictObject({ customerName: CustomerName(), address: Address() });
