import { describe, expect, it } from 'vitest';
import { InterruptState } from './interrupt-state';

describe('InterruptState', () => {
  it('lets no termination begin where no interrupt waits', () => {
    const state = new InterruptState();
    expect(state.beginTermination()).toBe(false);
    state.ask();
    state.take();
    expect(state.beginTermination()).toBe(false);
  });

  it('is one state for both threads', () => {
    const main = new InterruptState();
    const watchdog = new InterruptState(main.memory);
    expect(main.isAsked()).toBe(false);
    watchdog.ask();
    expect(main.isAsked()).toBe(true);
    main.take();
    expect(main.isAsked()).toBe(false);
    expect(watchdog.beginTermination()).toBe(false);
    expect(watchdog.ask()).toBe(true);
    expect(watchdog.beginTermination()).toBe(true);
    Atomics.add(main.computing, 0, 1);
    expect(watchdog.isComputing()).toBe(true);
  });

  it('lets one termination run at a time, and another after it if the interrupt still waits', () => {
    const state = new InterruptState();
    state.ask();
    expect([state.beginTermination(), state.beginTermination()]).toEqual([true, false]);
    expect(state.ask()).toBe(false);
    expect(state.beginTermination()).toBe(false);
    state.endTermination();
    expect(state.beginTermination()).toBe(true);
    state.endTermination();
    state.take();
    expect(state.beginTermination()).toBe(false);
  });
});
