/**
 * One story for every client: list, read, a refusal, a change, two steps, cancel. `call(name, input)` gives what a model would read, also
 * where the client throws; `shown()` counts the questions that reached the person, who says yes. What is asked is seen, never assumed.
 */
const device = { device: 'A81758FFFE0A0001', connection: 'sandbox-thingpark' };
const sim = (iccid) => ({ sims: [{ iccid }] });

export const steps = ['list', 'read', 'refusal', 'change', 'two steps', 'cancel'];

export async function play({ names, call, shown }) {
  const results = {};
  const step = async (name, run) => {
    try {
      results[name] = await run();
    } catch (error) {
      results[name] = `failed: ${firstLine(String(error?.message ?? error))}`;
    }
  };
  await step('list', async () => assert((await names()).includes('list_devices'), 'list_devices is not listed'));
  await step('read', async () => matches(await call('get_device', device), /Water meter 1/));
  await step('refusal', async () =>
    matches(await call('get_device', { ...device, device: 'A81758FFFE0A9999' }), /there is no device A81758FFFE0A9999.*find_device takes/s),
  );
  const [first, second, third] = activeSims(await call('list_devices', { connection: 'sandbox-thingspace', state: 'active', limit: 20 }));
  /** Whether what was done had been asked before. */
  const outcome = async (run, unasked) => {
    const before = shown();
    const answer = await run();
    if (shown() > before) return matches(answer, done, 'asked, done');
    return unasked(answer);
  };
  await step('change', () =>
    outcome(
      () => call('suspend_sim', sim(first)),
      (answer) => matches(answer, /^NOT DONE, planned|"status":"planned"/, 'planned'),
    ),
  );
  await step('two steps', async () => {
    const { change, confirm } = planIn(await call('suspend_sim', { ...sim(second), preview: true }));
    return outcome(
      () => call('apply_change', { change, confirm }),
      (answer) => matches(answer, done, 'done'),
    );
  });
  await step('cancel', async () => {
    const { change } = planIn(await call('suspend_sim', { ...sim(third), preview: true }));
    return matches(await call('cancel_change', { change }), /^CANCELLED|"reason":"cancelled"/);
  });
  return results;
}

const activeSims = (answer) => [...new Set(answer.match(/\b891480\d{13,14}\b/g) ?? [])];

/** As text, or as the structured content where the client gives the model that. */
const done = /^(DONE|ACCEPTED)|"status":"(applied|accepted)"/;

function planIn(answer) {
  const change = /\b(chg_\w+)/.exec(answer)?.[1];
  const confirm = /confirm set to exactly: (.*)/.exec(answer)?.[1] ?? /"confirm":"([^"]*)"/.exec(answer)?.[1];
  assert(change, `no plan in: ${firstLine(answer)}`);
  return { change, confirm };
}

function matches(answer, pattern, said = 'yes') {
  assert(pattern.test(answer), `answered ${firstLine(answer)}`);
  return said;
}

function assert(holds, why) {
  if (!holds) throw new Error(why);
  return 'yes';
}

const firstLine = (text) => text.split('\n')[0].slice(0, 160);
