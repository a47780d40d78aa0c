import { defaultAccount } from '../../clients/thingspace/default-account.ts';
import { plans } from '../../clients/thingspace/plans.ts';
import type { Prompt } from '../define.ts';

export const activateSims: Prompt = {
  name: 'activate-sims',
  title: 'Activate SIMs',
  description: 'Activates ThingSpace SIMs on a plan and follows each until it is active.',
  arguments: [
    { name: 'iccids', description: 'ICCIDs, separated by commas or spaces', required: true },
    { name: 'servicePlan', description: 'service plan code', required: false },
    { name: 'zipCode', description: 'US ZIP code of the place of use', required: false },
    { name: 'account', description: 'account name', required: false },
  ],
  render({ iccids = '', servicePlan, zipCode, account }) {
    const list = iccids.split(/[\s,;]+/).filter(Boolean);
    return [
      `Activate ${list.length} SIM${list.length === 1 ? '' : 's'}: ${list.join(', ')}.`,
      '1. find_device for each: note its state and account; leave out those already active and say so.',
      servicePlan
        ? `2. The service plan is ${servicePlan}.`
        : `2. Show list_service_plans${account ? ` of account ${account}` : ''} and ask which one.`,
      zipCode ? `3. The ZIP code is ${zipCode}.` : '3. Ask for the ZIP code of the place of use.',
      '4. activate_sim with preview: true for all of them together; show the summary and every warning, especially an IMEI taken from the record.',
      '5. Call it without preview and let the person approve. Say clearly that accepted does not mean active.',
      '6. get_change with waitSeconds 30 until it has ended; report active, failed and pending SIMs one by one with their new numbers.',
    ].join('\n');
  },
  complete: {
    async servicePlan(typed, { connections }, { account }, signal) {
      const at = connections.find((one) => one.provider === 'thingspace');
      const accountName = account ?? (at && defaultAccount(at));
      if (!at || !accountName) return [];
      const list = await at.call(plans.list, { path: { accountName } }, { signal });
      return list.flatMap((plan) => plan.code ?? []).filter((code) => code.toLowerCase().startsWith(typed.toLowerCase()));
    },
    async iccids(typed, { fleet, connections }, _, signal) {
      if (!connections.some((one) => one.provider === 'thingspace')) return [];
      const parts = /^(.*[\s,;])?([^\s,;]*)$/s.exec(typed);
      const ids = await fleet.suggest({ provider: 'thingspace' }, parts?.[2] ?? '', signal);
      return ids.map((id) => `${parts?.[1] ?? ''}${id}`);
    },
  },
};
