import { describe, expect, it } from 'vitest';
import type { Timer } from '../reader/timer.ts';
import { ServiceManager } from './service-manager.ts';

/** Time that passes when the test says so. */
class HeldTimer implements Timer {
  readonly waits: number[] = [];
  #act: (() => void) | undefined;

  now(): number {
    return 0;
  }

  after(milliseconds: number, act: () => void): () => void {
    this.waits.push(milliseconds);
    this.#act = act;
    return () => {
      this.#act = undefined;
    };
  }

  pass(): void {
    this.#act?.();
  }
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function managed(environment: Record<string, string>, alive: () => boolean = () => true) {
  const told: string[] = [];
  const timer = new HeldTimer();
  const notify = (state: string): Promise<void> => {
    told.push(state);
    return Promise.resolve();
  };
  return { told, timer, manager: new ServiceManager({ log: quiet, alive, environment, timer, notify }) };
}

const asked = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '20000000' };

describe('what systemd is told', () => {
  it('nothing, where it does not ask', () => {
    const { told, manager } = managed({});
    manager.ready();
    manager.stopping();
    expect(told).toEqual([]);
  });

  it('that the gate is up, alive twice in its time, and stopping', () => {
    const { told, timer, manager } = managed(asked);
    manager.ready();
    timer.pass();
    manager.stopping();
    timer.pass();
    expect(told).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
    expect(timer.waits).toEqual([10_000, 10_000]);
  });

  it('nothing more, where taps hang', () => {
    let alive = true;
    const { told, timer, manager } = managed(asked, () => alive);
    manager.ready();
    alive = false;
    timer.pass();
    timer.pass();
    expect(told).toEqual(['READY=1', 'WATCHDOG=1']);
  });

  it('no signs of life, where the watchdog is another process’s', () => {
    const { told, manager } = managed({ ...asked, WATCHDOG_PID: '1' });
    manager.ready();
    expect(told).toEqual(['READY=1']);
  });
});
