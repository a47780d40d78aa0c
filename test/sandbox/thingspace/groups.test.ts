import { expect, test } from 'vitest';
import { type Api, at, code, loggedIn, rowsAt } from './api.ts';

const account = '0442000123-00001';
const iccid = '89148000000077000148';
const flat = [{ id: iccid, kind: 'iccid' }];
const put = (api: Api, path: string, body: unknown) => api.send('PUT', `/api/m2m/v1${path}`, body);
const groupOf = (api: Api) => api.world.thingspace.devices.find((device) => device.iccid === iccid)?.group;

test('a group is created with devices, renamed, emptied and deleted, and its devices return to the default group', async () => {
  const api = await loggedIn();
  const made = await api.post('/groups', { accountName: account, groupName: 'North', groupDescription: 'Up there', devicesToAdd: flat });
  expect([made.status, made.body, groupOf(api)]).toEqual([200, { success: true }, 'North']);
  await put(api, `/groups/${account}/name/North`, { newGroupName: 'Far north', newGroupDescription: 'Further' });
  expect(groupOf(api)).toBe('Far north');
  const read = await api.get(`/groups/${account}/name/Far%20north`);
  expect(read.body).toMatchObject({
    name: 'Far north',
    description: 'Further',
    hasMoreData: false,
    devices: [{ deviceIds: expect.arrayContaining([{ id: iccid, kind: 'iccId' }]) }],
  });
  await put(api, `/groups/${account}/name/Far%20north`, { devicesToRemove: flat });
  expect(groupOf(api)).toBe(`Default: ${account}`);
  await put(api, `/groups/${account}/name/Far%20north`, { devicesToAdd: flat });
  const gone = await api.send('DELETE', `/api/m2m/v1/groups/${account}/name/Far%20north`);
  expect([gone.body, groupOf(api)]).toEqual([{ success: true }, `Default: ${account}`]);
});

test('the group list marks the default group, names are unique, and the default group cannot be deleted', async () => {
  const api = await loggedIn();
  expect((await api.get(`/groups/${account}`)).body).toMatchObject([
    { name: `Default: ${account}`, isDefaultGroup: true },
    { name: 'West tanks', isDefaultGroup: false },
  ]);
  const twice = await api.post('/groups', { accountName: account, groupName: 'West tanks', groupDescription: 'again' });
  expect(code(twice)).toBe('UnifiedWebService.REQUEST_FAILED.DeviceGroup.Exists');
  const main = await api.send('DELETE', `/api/m2m/v1/groups/${account}/name/Default:%20${account}`);
  expect(code(main)).toBe('UnifiedWebService.INPUT_INVALID.DeviceGroup.DeleteDefault');
  expect(code(await api.get(`/groups/${account}/name/No%20such`))).toBe('UnifiedWebService.REQUEST_FAILED.DeviceGroupNotFound');
});

test('a large group is paged, with the next page in the Location header', async () => {
  const api = await loggedIn();
  api.world.thingspace.page.group = 5;
  const first = await api.get(`/groups/${account}/name/West%20tanks`);
  expect([first.status, at(first.body, 'hasMoreData'), rowsAt(first.body, 'devices').length]).toEqual([202, true, 5]);
  const nextPage = first.headers.get('location') ?? '';
  expect(nextPage).toBe(`/groups/${account}/name/West%20tanks/?next=5`);
  const second = await api.get(nextPage);
  expect(at(second.body, 'devices', 0)).not.toEqual(at(first.body, 'devices', 0));
});
