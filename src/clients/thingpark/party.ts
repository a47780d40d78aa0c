/** Schemas shared by DX Admin suppliers, vendors and subscribers, which have the same fields. */
import { z } from 'zod';
import { refField } from '../http/identifier-marks.ts';
import { Text } from './fields.ts';

/** A party in a response. */
export const Party = () => z.looseObject({ ref: Text(), id: Text(), name: Text(), contactEmail: Text(), organization: Text() });

/** The first user; without a name, the platform names the new party after this user. */
const PrimaryUser = () =>
  z.strictObject({
    id: refField('new').optional(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    email: z.email(),
    organization: z.string().optional(),
  });

const members = () => ({ name: z.string().optional(), contactEmail: z.email().optional(), organization: z.string().optional() });
/** Body of a create operation. */
export const NewParty = () => z.strictObject({ id: refField('new').optional(), ...members(), primaryUser: PrimaryUser() });
/** Body of an update operation. */
export const PartyChange = () => z.strictObject(members());

/** Applies to every DX Admin request body: the documents show none. */
export const bodyDoubt = 'the body fields are inferred from the documents, which show no body';
