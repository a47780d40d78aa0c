/** ZIP archives (PKWARE APPNOTE 6.3): files, compressed, without directories, encryption or ZIP64. */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

export interface Entry {
  /** With slashes, relative. */
  path: string;
  data: Buffer;
}

/** 1980-01-01, so that equal files give equal archives. */
const dosDate = 0x21;
/** A regular file that its owner may write and all may read. */
const unixMode = 0o100644;
const [localMark, centralMark, endMark] = [0x04034b50, 0x02014b50, 0x06054b50];

export function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, data } of entries) {
    const name = Buffer.from(path, 'utf8');
    const packed = deflateRawSync(data, { level: 9 });
    const common = Buffer.alloc(26);
    // Version 2.0, names in UTF-8, deflate.
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(dosDate, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([uint32(localMark), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((unixMode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    // Made on Unix, so that the mode counts.
    directory.push(Buffer.concat([uint32(centralMark), Buffer.from([20, 3]), common, tail, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(endMark, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** The files of an archive that `zip` made. Throws where a checksum is wrong. */
export function unzip(archive: Buffer): Entry[] {
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(archive.length - 6);
  while (archive.readUInt32LE(at) === centralMark) {
    const [sum, size, nameLength, local] = [
      archive.readUInt32LE(at + 16),
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ];
    const path = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const data = inflateRawSync(archive.subarray(local + 30 + nameLength, local + 30 + nameLength + size));
    if (crc32(data) !== sum) throw new Error(`${path} is damaged`);
    entries.push({ path, data });
    at += 46 + nameLength;
  }
  return entries;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
