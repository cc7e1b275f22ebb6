import { describe, expect, it } from 'vitest';
import { RequestError, cursorOf, executeRequest, textOf } from './requests';

describe('the content of a request', () => {
  it('passes as it is when it follows the protocol', () => {
    const content = { code: '1', user_expressions: { a: '2' }, silent: true };
    expect(executeRequest(content)).toBe(content);
    expect([textOf({ code: 'x' }, 'code'), cursorOf({ cursor_pos: 3 })]).toEqual(['x', 3]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no code', () => executeRequest({}), /content\.code: expected a text, found undefined/],
    [
      'code that poses as text',
      () => textOf({ code: { toString: 1 } }, 'code'),
      /content\.code: expected a text/,
    ],
    [
      'expressions in a list',
      () => executeRequest({ code: '', user_expressions: ['1'] }),
      /user_expressions/,
    ],
    [
      'an expression of no text',
      () => executeRequest({ code: '', user_expressions: { a: 1 } }),
      /user_expressions/,
    ],
    ['a cursor in between', () => cursorOf({ cursor_pos: 1.5 }), /cursor_pos: expected a place/],
    ['a cursor before the code', () => cursorOf({ cursor_pos: -1 }), /cursor_pos/],
  ])('is refused with %s', (_, read, message) => {
    expect(read).toThrow(RequestError);
    expect(read).toThrow(message);
  });
});
