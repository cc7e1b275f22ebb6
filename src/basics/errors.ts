/** What a caller handed in does not fit. The message says what was expected, what came and what to do. */
export class InputError extends TypeError {
  override readonly name = 'InputError';

  constructor(
    /** The function that refused, such as `regression.cost`. */
    readonly where: string,
    readonly expected: string,
    readonly received: string,
    hint = '',
  ) {
    super(`${where}: expected ${expected}, got ${received}.${hint ? ` ${hint}` : ''}`);
  }
}
