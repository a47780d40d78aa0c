import type { users as contracts } from '../../clients/thingpark/users.ts';
import { asObject, asText, type Handlers, type SandboxRequest } from '../handler.ts';
import { dxRefusal, findRecord, mergeRecord, nextRef, removeRecord } from './dx-records.ts';
import type { DxUser } from './state.ts';

const editableFields = ['firstName', 'lastName', 'organization'] as const satisfies (keyof DxUser)[];

/** Handles both operations of the route. `resetPassword=true` resets the password; the new one is never returned. */
function updateUser({ world, path, body, query }: SandboxRequest<{ userRef: string }>) {
  const user = findRecord(world.thingpark.users, path.userRef, 'User');
  if (query.get('resetPassword') === 'true') user.passwordReset = world.clock.now();
  return { status: 200, body: serializeUser(mergeRecord(user, body, editableFields)) };
}

const serializeUser = ({ passwordReset: _, ...user }: DxUser): Omit<DxUser, 'passwordReset'> => user;

export const users: Handlers<typeof contracts> = {
  list({ world, query }) {
    const email = query.get('email');
    const id = query.get('userId');
    const found = world.thingpark.users.filter((user) => (email === null || user.email === email) && (id === null || user.id === id));
    return { status: 200, body: found.map(serializeUser) };
  },
  create({ world, body }) {
    const sent = asObject(body);
    const email = asText(sent['email']);
    if (!email) throw dxRefusal(400, 'email is required');
    const id = asText(sent['id']) ?? email;
    if (world.thingpark.users.some((user) => user.id === id || user.email === email)) throw dxRefusal(400, `User ${id} already exists`);
    const user: DxUser = { ref: nextRef(world.thingpark.users), id, email, scopes: scopesOf(sent['scopes']) };
    mergeRecord(user, body, editableFields);
    world.thingpark.users.push(user);
    return { status: 201, body: serializeUser(user), headers: { location: `/users/${user.ref}` } };
  },
  read: ({ world, path }) => ({ status: 200, body: serializeUser(findRecord(world.thingpark.users, path.userRef, 'User')) }),
  update: updateUser,
  resetPassword: updateUser,
  delete({ world, path }) {
    removeRecord(world.thingpark.users, path.userRef, 'User');
    return { status: 204 };
  },
};

function scopesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : ['SUBSCRIBER:983'];
}
