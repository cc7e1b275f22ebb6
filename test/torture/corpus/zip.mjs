/** Zip archives written field by field (PKWARE's APPNOTE), so that any field can lie. */
import { crc32, deflateRawSync } from 'node:zlib';

/**
 * @typedef {{ name: string, content: Buffer, packed?: boolean, mode?: number, size?: number, crc?: number,
 *   method?: number, flags?: number, offset?: number }} ZipEntry what is given stands there, true or not
 */

const fieldsOf = ({ name, content, packed = true, size, crc, method, flags = 0x800 }) => {
  const data = packed ? deflateRawSync(content) : content;
  return {
    name: Buffer.from(name),
    data,
    flags,
    method: method ?? (packed ? 8 : 0),
    crc: (crc ?? crc32(content)) >>> 0,
    size: (size ?? content.length) >>> 0,
  };
};

function localHeader({ name, data, flags, method, crc, size }) {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(method, 8);
  head.writeUInt32LE(crc, 14);
  head.writeUInt32LE(data.length, 18);
  head.writeUInt32LE(size, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name, data]);
}

function centralHeader({ name, data, flags, method, crc, size }, mode, offset) {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE((3 << 8) | 20, 4);
  head.writeUInt16LE(20, 6);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(method, 10);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(data.length, 20);
  head.writeUInt32LE(size, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE((mode << 16) >>> 0, 38);
  head.writeUInt32LE(offset >>> 0, 42);
  return Buffer.concat([head, name]);
}

/** @param {ZipEntry[]} entries */
export function zipOf(entries) {
  const parts = [];
  const table = [];
  let at = 0;
  for (const entry of entries) {
    const fields = fieldsOf(entry);
    const local = localHeader(fields);
    table.push(centralHeader(fields, entry.mode ?? 0o100644, entry.offset ?? at));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(table);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length & 0xffff, 8);
  end.writeUInt16LE(entries.length & 0xffff, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
