import type { History } from '../../train/index';
import { Wrong } from '../errors';
import { expectedCases, type CaseSet } from '../expected';

/** What a training must come to. */
interface Case {
  /** It ends after the first epoch above this accuracy. */
  threshold: number;
  /** The most epochs, in a full run. */
  epochs: number;
  /** The least that the best epoch must reach, in a full run. */
  best: number;
}

/** The outcome of a training with a callback: how long it lasted, and how good it became. */
export function trainingCheck(file: string) {
  return (actual: unknown, set: CaseSet): string => {
    const { metrics, params } = (actual ?? {}) as Partial<History>;
    const accuracy = metrics?.accuracy;
    if (!Array.isArray(accuracy) || accuracy.length === 0 || !params) {
      const summary = `expected the history that train.fit returns, with an accuracy for each epoch, got ${String(actual)}`;
      throw new Wrong({ summary, cause: "the model was compiled without metrics: ['accuracy']" });
    }
    for (const one of expectedCases(file, set) as Case[]) checkOutcome(accuracy, params.epochs, one);
    const best = Math.max(...accuracy);
    return `${accuracy.length} of at most ${params.epochs} epochs, the best accuracy ${best.toFixed(4)}`;
  };
}

function checkOutcome(accuracy: readonly number[], asked: number, { threshold, epochs, best }: Case): void {
  const input = `the accuracies ${accuracy.map((value) => value.toFixed(4)).join(', ')}`;
  const first = accuracy.findIndex((value) => value > threshold);
  if (first >= 0 && first < accuracy.length - 1) {
    const summary = `expected the training to end after epoch ${first + 1}, the first above ${threshold}; it went on to epoch ${accuracy.length}`;
    throw new Wrong({ summary, input, cause: 'the callback is not in the callbacks of train.fit' });
  }
  if (first < 0 && accuracy.length < asked) {
    const summary = `expected ${asked} epochs or an accuracy above ${threshold}; it ended after ${accuracy.length} epochs`;
    throw new Wrong({ summary, input, cause: 'the callback ends the training too early' });
  }
  if (process.env.CONVLAB_FAST) return;
  if (asked > epochs) throw new Wrong({ summary: `expected at most ${epochs} epochs, got ${asked}` });
  const reached = Math.max(...accuracy);
  if (reached < best) {
    const summary = `expected the best of ${epochs} epochs to reach ${best}, got ${reached.toFixed(4)}`;
    const cause = asked < epochs ? `only ${asked} epochs were asked for` : undefined;
    throw new Wrong({ summary, input, cause });
  }
}
