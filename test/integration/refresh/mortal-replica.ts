// A replica in a process of its own, so that it can die or be stopped at a named step. Started by mortal.ts.
import { parseDefinition, type DefinitionInput } from '#libs/providers';
import type { RefreshCall, RefreshStep, RefreshTimes } from '#libs/token-refresh';
import { Replica, type ReplicaSettings } from './replica.js';

export interface MortalOrder {
  readonly settings: ReplicaSettings;
  readonly definition: DefinitionInput;
  readonly call: RefreshCall;
  readonly times: RefreshTimes;
  /** Which signal this process sends itself, and where. */
  readonly at?: { readonly edge: 'entering' | 'leaving'; readonly step: RefreshStep; readonly signal: NodeJS.Signals };
}

const order = JSON.parse(process.argv[2] ?? '') as MortalOrder;

function hook(edge: 'entering' | 'leaving'): (step: RefreshStep) => void {
  return (step) => {
    if (order.at?.edge !== edge || order.at.step !== step) return;
    process.kill(process.pid, order.at.signal);
    // A signal is delivered in its own time; nothing may happen here before it is.
    if (order.at.signal === 'SIGKILL') for (;;);
  };
}

const { settings, definition, times, call } = order;
const steps = { entering: hook('entering'), leaving: hook('leaving') };
const replica = await Replica.start(settings, { definitions: [parseDefinition(definition)], times, steps });
const result = await replica.refresher.refresh(call);
await replica.stop();
process.stdout.write(JSON.stringify(result));
