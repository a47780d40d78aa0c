/** Suppliers, vendors and subscribers of DX Admin have the same members; they differ in what they own. */
import { z } from 'zod';

import { Text } from './fields.ts';

export const Party = () => z.looseObject({ ref: Text(), id: Text(), name: Text(), contactEmail: Text(), organization: Text() });

/** The first user; the platform names the new party after that user where no name is given. */
const PrimaryUser = () =>
  z.strictObject({
    id: z.string().optional(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    email: z.email(),
    organization: z.string().optional(),
  });

const members = () => ({ name: z.string().optional(), contactEmail: z.email().optional(), organization: z.string().optional() });
export const NewParty = () => z.strictObject({ id: z.string().optional(), ...members(), primaryUser: PrimaryUser() });
export const PartyChange = () => z.strictObject(members());

/** Said of every body that DX Admin takes: the documents print no body for it. */
export const bodyDoubt = 'the members of the body are a reading of the documents, not a printed body';
