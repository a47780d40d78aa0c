/** The first user of a supplier, a vendor or a subscriber; the platform names the new object after that user where no name is given. */
import { z } from 'zod';

export const PrimaryUser = () =>
  z.strictObject({
    id: z.string().optional(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    email: z.email(),
    organization: z.string().optional(),
  });

/** Said of every body that DX Admin takes: the documents print no body for it. */
export const bodyDoubt = 'the members of the body are a reading of the documents, not a printed body';
