/** What a check has found wrong, in the words of its message. */
export interface Finding {
  /** What is wrong, in one line: what was expected, and what came. */
  summary: string;
  /** With what the answer was tried, such as `cost([1, 2], [3, 4], 0, 1)`. */
  input?: string;
  /** Where the two part first, and how far they are apart. */
  where?: string;
  /** What the answer is like: the mistake that gives just this result. */
  cause?: string;
}

/** An answer that is not what was asked for. The message says what was expected, what came, where, and why. */
export class GradeError extends Error {
  override readonly name = 'GradeError';

  constructor(
    /** The name of the check, such as `regression.cost`. */
    readonly check: string,
    readonly finding: Finding,
  ) {
    const { summary, input, where, cause } = finding;
    const lines = [
      `${check}: ${summary}`,
      input && `  tried with:   ${input}`,
      where && `  first differ: ${where}`,
      cause && `  likely cause: ${cause}`,
    ];
    super(lines.filter(Boolean).join('\n'));
  }
}

/** Thrown within a check; {@link check} puts the check's name before it. */
export class Wrong extends Error {
  override readonly name = 'Wrong';

  constructor(readonly finding: Finding) {
    super(finding.summary);
  }
}
