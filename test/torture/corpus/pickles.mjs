/** Pickles of small matrices, opcode by opcode (Python's `pickletools`). */
const text = (value) => Buffer.concat([Buffer.from([0x8c, value.length]), Buffer.from(value)]);
const named = (module, name) => [text(module), text(name), Buffer.from([0x93])];
const latin1 = (value) => Buffer.from(value, 'latin1');

const DTYPE = '(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t';

/** What NumPy writes for a 2 × 3 matrix of bytes; protocol 4. */
export const ARRAY = Buffer.concat([
  latin1('\x80\x04'),
  ...named('numpy.core.multiarray', '_reconstruct'),
  ...named('numpy', 'ndarray'),
  latin1('K\x00\x85C\x01b\x87R(K\x01K\x02K\x03\x86'),
  ...named('numpy', 'dtype'),
  text('u1'),
  latin1(`\x89\x88\x87R${DTYPE}b\x89C\x06\x01\x02\x03\x04\x05\x06tb.`),
]);

/** Lists within a list, protocols 2 and 4, with a memo. */
export const LISTS = [
  latin1('\x80\x02]q\x00(]q\x01(K\x01K\x02e]q\x02(K\x03K\x04ee.'),
  latin1('\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00]\x94(]\x94(K\x01K\x02eh\x01e.'),
];

/** Every opcode, the accepted ones more often. */
export const OPCODES = latin1('()BCJKMNRX]abcehjqrt\x85\x86\x87\x88\x89\x8c\x8e\x93\x94\x95.');
