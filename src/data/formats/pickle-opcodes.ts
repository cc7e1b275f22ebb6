/** The names of all pickle opcodes (Python's `pickletools`), so that a refusal can say what it refused. */
const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries({
    '(': 'MARK',
    '.': 'STOP',
    '0': 'POP',
    '1': 'POP_MARK',
    '2': 'DUP',
    F: 'FLOAT',
    I: 'INT',
    J: 'BININT',
    K: 'BININT1',
    L: 'LONG',
    M: 'BININT2',
    N: 'NONE',
    P: 'PERSID',
    Q: 'BINPERSID',
    R: 'REDUCE',
    S: 'STRING',
    T: 'BINSTRING',
    U: 'SHORT_BINSTRING',
    V: 'UNICODE',
    X: 'BINUNICODE',
    a: 'APPEND',
    b: 'BUILD',
    c: 'GLOBAL',
    d: 'DICT',
    '}': 'EMPTY_DICT',
    e: 'APPENDS',
    g: 'GET',
    h: 'BINGET',
    i: 'INST',
    j: 'LONG_BINGET',
    l: 'LIST',
    ']': 'EMPTY_LIST',
    o: 'OBJ',
    p: 'PUT',
    q: 'BINPUT',
    r: 'LONG_BINPUT',
    s: 'SETITEM',
    t: 'TUPLE',
    ')': 'EMPTY_TUPLE',
    u: 'SETITEMS',
    G: 'BINFLOAT',
    B: 'BINBYTES',
    C: 'SHORT_BINBYTES',
  }).map(([code, name]): [number, string] => [code.charCodeAt(0), name]),
  ...[
    'PROTO NEWOBJ EXT1 EXT2 EXT4 TUPLE1 TUPLE2 TUPLE3 NEWTRUE NEWFALSE LONG1 LONG4',
    'SHORT_BINUNICODE BINUNICODE8 BINBYTES8 EMPTY_SET ADDITEMS FROZENSET NEWOBJ_EX STACK_GLOBAL MEMOIZE',
    'FRAME BYTEARRAY8 NEXT_BUFFER READONLY_BUFFER',
  ]
    .join(' ')
    .split(' ')
    .map((name, i): [number, string] => [0x80 + i, name]),
]);

/** An opcode as text, such as `opcode REDUCE (0x52)`. */
export function opcodeName(code: number): string {
  return `opcode ${NAMES.get(code) ?? 'unknown'} (0x${code.toString(16).padStart(2, '0')})`;
}
